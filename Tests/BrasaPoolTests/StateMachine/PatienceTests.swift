import BrasaPool
import Testing

/// How long the host goes on looking for answers instead of sleeping.
struct PatienceTests {
    @Test func triesAsLongAsItPays() {
        var patience = Patience()

        for _ in 0..<1_000 {
            let tries = patience.tries()
            #expect(tries)
            patience.note(success: true)
        }
    }

    @Test func triesHalfAsOftenAfterEachTryInVain() {
        var patience = Patience()
        var skipped: [Int] = []

        for _ in 0..<4 {
            skipped.append(Self.callsUntilNextTry(&patience))
            patience.note(success: false)
        }

        #expect(skipped == [0, 1, 2, 4])
    }

    @Test func neverGivesUp() {
        var patience = Patience()

        for _ in 0..<100 {
            let skipped = Self.callsUntilNextTry(&patience)
            #expect(skipped <= Patience.longestPause)
            patience.note(success: false)
        }
    }

    @Test func beginsAnewAfterATryThatPaid() {
        var patience = Patience()
        for _ in 0..<10 {
            _ = Self.callsUntilNextTry(&patience)
            patience.note(success: false)
        }
        _ = Self.callsUntilNextTry(&patience)

        patience.note(success: true)

        let tries = patience.tries()
        #expect(tries)
    }

    private static func callsUntilNextTry(_ patience: inout Patience) -> Int {
        var skipped = 0
        while !patience.tries() { skipped += 1 }
        return skipped
    }
}

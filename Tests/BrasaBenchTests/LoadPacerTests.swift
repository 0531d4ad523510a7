import BrasaBench
import Testing

/// When the calls of a load begin.
struct LoadPacerTests {
    private static let second: UInt64 = 1_000_000_000

    @Test func keepsAsManyCallsUnderWayAsAskedFor() {
        var pacer = LoadPacer(LoadPlan(connections: 3, durationNanoseconds: Self.second), now: 10)

        #expect((0..<5).map { _ in pacer.begin(now: 10) } == [10, 10, 10, nil, nil])
        pacer.end(now: 20)
        #expect(pacer.begin(now: 20) == 20)
        #expect(pacer.underWay == 3)
        #expect(pacer.next(now: 20) == nil)
    }

    @Test func pausesBetweenAnAnswerAndTheNextCall() {
        var pacer = LoadPacer(
            LoadPlan(connections: 2, pauseNanoseconds: 50, durationNanoseconds: Self.second), now: 0)

        #expect((0..<3).map { _ in pacer.begin(now: 0) } == [0, 0, nil])
        pacer.end(now: 100)
        #expect(pacer.begin(now: 149) == nil)
        #expect(pacer.next(now: 149) == 150)
        #expect(pacer.begin(now: 150) == 150)
        #expect(pacer.next(now: 150) == nil)
    }

    @Test func beginsNothingAfterTheEnd() {
        var pacer = LoadPacer(
            LoadPlan(connections: 2, warmUpNanoseconds: 5, durationNanoseconds: 10), now: 100)

        #expect(pacer.begin(now: 114) == 114)
        #expect(pacer.begin(now: 115) == nil)
        #expect(!pacer.isOver(now: 200))
        pacer.end(now: 114)
        #expect(!pacer.isOver(now: 114))
        #expect(pacer.isOver(now: 115))
    }

    @Test func countsLatencyOfAnOpenLoopFromWhenACallWasDue() {
        // 100 calls a second: one every 10 ms.
        var pacer = LoadPacer(
            LoadPlan(connections: 1, ratePerSecond: 100, durationNanoseconds: Self.second), now: 0)

        #expect(pacer.begin(now: 0) == 0)
        // The function takes 35 ms: three further calls become due meanwhile.
        #expect(pacer.begin(now: 35_000_000) == nil)
        pacer.end(now: 0)
        #expect(pacer.begin(now: 35_000_000) == 10_000_000)
        pacer.end(now: 0)
        #expect(pacer.begin(now: 36_000_000) == 20_000_000)
        pacer.end(now: 0)
        #expect(pacer.begin(now: 37_000_000) == 30_000_000)
        pacer.end(now: 0)
        #expect(pacer.begin(now: 38_000_000) == nil)
        #expect(pacer.next(now: 38_000_000) == 40_000_000)
    }

    @Test func tellsWhichCallsWereDueAndNeverBegan() {
        var pacer = LoadPacer(
            LoadPlan(
                connections: 1, ratePerSecond: 10, warmUpNanoseconds: 200_000_000, durationNanoseconds: 500_000_000),
            now: 0)

        #expect(pacer.begin(now: 0) == 0)
        pacer.end(now: 0)
        #expect(pacer.isOver(now: 700_000_000))
        // Due at 100 to 600 ms; those of the warming up do not count.
        #expect(pacer.neverBegun() == [200, 300, 400, 500, 600].map { $0 * 1_000_000 })
    }

    @Test func dividesTheMeasuredTimeIntoRounds() {
        let pacer = LoadPacer(
            LoadPlan(connections: 1, warmUpNanoseconds: 100, durationNanoseconds: 1_000, rounds: 4), now: 0)

        #expect([0, 100, 349, 351, 850, 1_099, 5_000].map { pacer.round(of: $0) } == [0, 0, 0, 1, 3, 3, 3])
    }
}

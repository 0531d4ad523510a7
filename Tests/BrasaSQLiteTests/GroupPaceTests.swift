import Testing

@testable import BrasaSQLite

@Suite struct GroupPaceTests {
    @Test func waitsForThoseWhoWereJustTold() {
        var pace = GroupPace()
        #expect(pace.patience(0, waited: .zero) == nil)
        pace.note(group: 32, arrived: 32, sync: .milliseconds(4))
        #expect(pace.patience(32, waited: .zero) == .microseconds(200))
        #expect(pace.patience(33, waited: .microseconds(900)) == .microseconds(100))
        #expect(pace.patience(33, waited: .milliseconds(1)) == nil)
        #expect(pace.patience(64, waited: .zero) == nil)
    }

    @Test func waitsForNobodyWhereOneCallerWrites() {
        var pace = GroupPace()
        for _ in 0..<5 { pace.note(group: 1, arrived: 0, sync: .milliseconds(4)) }
        #expect(pace.patience(1, waited: .zero) == nil)
    }

    @Test func doesNotWaitWhereSyncsAreShort() {
        var pace = GroupPace()
        pace.note(group: 32, arrived: 32, sync: .microseconds(80))
        #expect(pace.patience(32, waited: .zero) == nil)
    }

    @Test func neverWaitsLong() throws {
        var pace = GroupPace()
        pace.note(group: 2, arrived: 2, sync: .seconds(3))
        #expect(pace.patience(2, waited: .zero) == .milliseconds(2))
        #expect(pace.patience(3, waited: .milliseconds(2)) == nil)
    }

    @Test func forgetsCallersThatHaveGone() {
        var pace = GroupPace()
        pace.note(group: 64, arrived: 0, sync: .milliseconds(4))
        for _ in 0..<20 { pace.note(group: 1, arrived: 0, sync: .milliseconds(4)) }
        #expect(pace.patience(1, waited: .zero) == nil)
    }
}

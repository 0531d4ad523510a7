import BrasaPool
import Testing

@Suite struct TokenBucketTests {
    private static let second: UInt64 = 1_000_000_000

    private func take(_ bucket: inout TokenBucket, upTo count: Int, now: UInt64) -> Int {
        var taken = 0
        while taken < count, bucket.take(now: now) { taken += 1 }
        return taken
    }

    @Test func beginsFull() {
        var bucket = TokenBucket(capacity: 5, perSecond: 1)
        let taken = self.take(&bucket, upTo: 10, now: 0)
        #expect(taken == 5)
    }

    @Test func refillsContinuously() {
        var bucket = TokenBucket(capacity: 10, perSecond: 10)
        _ = self.take(&bucket, upTo: 10, now: 0)
        // A token is there after a tenth of a second, not at the end of the second.
        var results: [Bool] = []
        for tenths: UInt64 in [0, 1, 1, 2, 3, 3] { results.append(bucket.take(now: tenths * Self.second / 10)) }
        #expect(results == [false, true, false, true, true, false])
    }

    @Test func keepsFractions() {
        var bucket = TokenBucket(capacity: 1, perSecond: 1)
        _ = bucket.take(now: 0)
        var taken = 0
        // Looked at much more often than it refills.
        for millisecond: UInt64 in 1...10_000 where bucket.take(now: millisecond * 1_000_000) { taken += 1 }
        #expect((9...10).contains(taken))
    }

    @Test func accruesNothingBeyondItsCapacity() {
        var bucket = TokenBucket(capacity: 3, perSecond: 100)
        _ = bucket.take(now: 0)
        let taken = self.take(&bucket, upTo: 10, now: 3_600 * Self.second)
        #expect(taken == 3)
    }

    @Test func countsAClockThatGoesBackAsStandingStill() {
        var bucket = TokenBucket(capacity: 2, perSecond: 1)
        _ = self.take(&bucket, upTo: 2, now: 10 * Self.second)
        let back = bucket.take(now: 0)
        #expect(!back)
        // Nor does it gain what it lost when the clock is right again.
        let right = bucket.take(now: 10 * Self.second)
        #expect(!right)
        let later = bucket.take(now: 11 * Self.second)
        #expect(later)
    }

    @Test func survivesTheEndOfTime() {
        var bucket = TokenBucket(capacity: 1, perSecond: 1)
        _ = bucket.take(now: 0)
        let taken = bucket.take(now: .max)
        #expect(taken)
    }

    @Test func hasNothingToGiveWithoutCapacity() {
        var bucket = TokenBucket(capacity: 0, perSecond: 0)
        let taken = bucket.take(now: 100 * Self.second)
        #expect(!taken)
    }

    @Test func keepsWhatWasTakenWhenItsRateChanges() {
        var bucket = TokenBucket(capacity: 10, perSecond: 10)
        _ = self.take(&bucket, upTo: 8, now: 0)
        bucket.resize(capacity: 20, perSecond: 20)
        let grown = self.take(&bucket, upTo: 50, now: 0)
        #expect(grown == 12)
        bucket.resize(capacity: 5, perSecond: 5)
        let shrunk = self.take(&bucket, upTo: 50, now: 0)
        #expect(shrunk == 0)
        let refilled = self.take(&bucket, upTo: 50, now: 10 * Self.second)
        #expect(refilled == 5)
    }
}

import BrasaModel
import BrasaPool
import Testing

@Suite struct AdmissionQueueTests {
    private static let a = VersionKey(function: "a", version: "1")
    private static let a2 = VersionKey(function: "a", version: "2")
    private static let b = VersionKey(function: "b", version: "1")
    private static let c = VersionKey(function: "c", version: "1")

    private func queue(depth: Int = 10, _ waiters: (UInt64, VersionKey)...) -> AdmissionQueue {
        var queue = AdmissionQueue(depth: depth, waitNanoseconds: 100)
        for (id, key) in waiters {
            let mayWait = queue.append(id, key, reason: .concurrentInvocationLimitExceeded, now: 0)
            #expect(mayWait)
        }
        return queue
    }

    /// Who is admitted, in order, when everybody but `blocked` may.
    private func drain(_ queue: inout AdmissionQueue, blocked: Set<VersionKey> = []) -> [UInt64] {
        var ids: [UInt64] = []
        while let next = queue.popFirst(admit: { waiter in
            blocked.contains(waiter.key)
                ? .throttled(.concurrentInvocationLimitExceeded) : .admitted(.unreserved)
        }) {
            ids.append(next.waiter.id)
        }
        return ids
    }

    @Test func admitsInTheOrderOfArrivalWithinAVersion() {
        var queue = self.queue((1, Self.a), (2, Self.a), (3, Self.a))
        #expect(self.drain(&queue) == [1, 2, 3])
        #expect(queue.isEmpty)
    }

    @Test func letsVersionsTakeTurns() {
        var queue = self.queue((1, Self.a), (2, Self.a), (3, Self.a), (4, Self.b), (5, Self.c), (6, Self.b))
        #expect(self.drain(&queue) == [1, 4, 5, 2, 6, 3])
    }

    @Test func goesPastVersionsThatHaveNoConcurrencyOfTheirOwn() {
        var queue = self.queue((1, Self.a), (2, Self.b), (3, Self.a2))
        #expect(self.drain(&queue, blocked: [Self.a]) == [2, 3])
        #expect(queue.count == 1)
        #expect(self.drain(&queue) == [1])
    }

    @Test func keepsTheTurnOfAVersionThatWasPassedOver() {
        var queue = self.queue((1, Self.a), (2, Self.b), (3, Self.b), (4, Self.c))
        var passed: [UInt64] = []
        let next = queue.popFirst {
            $0.key == Self.a ? .throttled(.concurrentInvocationLimitExceeded) : .admitted(.unreserved)
        }
        passed.append(next?.waiter.id ?? 0)
        passed += self.drain(&queue)
        #expect(passed == [2, 1, 4, 3])
    }

    @Test func tellsThoseThatARateKeepsOut() {
        var queue = self.queue((1, Self.a), (2, Self.a))
        let next = queue.popFirst { _ in .throttled(.functionInvocationRateLimitExceeded) }
        #expect(next?.waiter.id == 1)
        #expect(next?.decision == .throttled(.functionInvocationRateLimitExceeded))
        #expect(queue.count == 1)
    }

    @Test func refusesMoreThanItsDepthOfEachFunction() {
        var queue = self.queue(depth: 2, (1, Self.a), (2, Self.a2))
        let third = queue.append(3, Self.a, reason: .concurrentInvocationLimitExceeded, now: 0)
        #expect(!third)
        let other = queue.append(4, Self.b, reason: .concurrentInvocationLimitExceeded, now: 0)
        #expect(other)
        _ = self.drain(&queue)
        let again = queue.append(5, Self.a, reason: .concurrentInvocationLimitExceeded, now: 0)
        #expect(again)
    }

    @Test(arguments: ThrottleReason.allCases)
    func waitsForConcurrencyOnly(reason: ThrottleReason) {
        var queue = AdmissionQueue(depth: 10, waitNanoseconds: 100)
        let mayWait = queue.append(1, Self.a, reason: reason, now: 0)
        let expected: Set<ThrottleReason> = [
            .concurrentInvocationLimitExceeded, .reservedFunctionConcurrentInvocationLimitExceeded,
        ]
        #expect(mayWait == expected.contains(reason))
    }

    @Test func letsNobodyWaitUnlessAskedTo() {
        var queue = AdmissionQueue(depth: 10, waitNanoseconds: 0)
        let mayWait = queue.append(1, Self.a, reason: .concurrentInvocationLimitExceeded, now: 0)
        #expect(!mayWait)
    }

    @Test func givesUpThoseWhoseTimeIsOver() {
        var queue = AdmissionQueue(depth: 10, waitNanoseconds: 100)
        for (id, key) in [(UInt64(1), Self.a), (2, Self.b), (3, Self.a)] {
            _ = queue.append(id, key, reason: .concurrentInvocationLimitExceeded, now: id * 10)
        }
        #expect(queue.nextDeadline == 110)
        #expect(queue.popOverdue(now: 109).isEmpty)
        #expect(queue.popOverdue(now: 120).map(\.id) == [1, 2])
        #expect(queue.nextDeadline == 130)
        #expect(queue.popOverdue(now: 130).map(\.id) == [3])
        #expect(queue.nextDeadline == nil)
        #expect(queue.isEmpty)
    }

    @Test func forgetsThoseThatAreTakenOut() {
        var queue = self.queue(depth: 3, (1, Self.a), (2, Self.b), (3, Self.a))
        #expect(queue.remove { $0.id == 1 }.map(\.id) == [1])
        #expect(queue.remove { $0.key == Self.b }.map(\.id) == [2])
        #expect(self.drain(&queue) == [3])
    }
}

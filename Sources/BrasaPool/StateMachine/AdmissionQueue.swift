package import BrasaModel
import DequeModule

/// Invocations that found no free concurrency and wait for some, of all functions.
///
/// Versions take turns, so that a busy one does not keep the others out; within a version, whoever came first is first.
/// Pure; times are nanoseconds of a monotonic clock.
package struct AdmissionQueue: Sendable {
    /// One that waits.
    package struct Waiter: Sendable, Hashable {
        package let id: UInt64
        package let key: VersionKey
        /// Why it was not admitted at once: what it is told when its time is over.
        package let reason: ThrottleReason
        package let deadline: UInt64
    }

    /// Invocations of one function that may wait.
    package let depth: Int
    /// How long one may wait; 0: nobody waits.
    package let waitNanoseconds: UInt64
    private var lanes: [VersionKey: Deque<Waiter>] = [:]
    /// Versions with waiters, whose turn it is first.
    private var turns: Deque<VersionKey> = []
    private var counts: [String: Int] = [:]
    /// All that wait.
    package private(set) var count = 0

    package init(depth: Int, waitNanoseconds: UInt64) {
        self.depth = depth
        self.waitNanoseconds = waitNanoseconds
    }

    package var isEmpty: Bool { self.count == 0 }

    /// When the first of them has to be told; nil: nobody waits.
    package var nextDeadline: UInt64? { self.lanes.values.compactMap { $0.first?.deadline }.min() }

    /// Has an invocation wait.
    ///
    /// False when it may not: it is answered 429 at once.
    package mutating func append(_ id: UInt64, _ key: VersionKey, reason: ThrottleReason, now: UInt64) -> Bool {
        // A rate is no place that somebody else gives back.
        guard self.waitNanoseconds > 0, reason.isConcurrency else { return false }
        guard self.counts[key.function, default: 0] < self.depth else { return false }
        if self.lanes[key] == nil { self.turns.append(key) }
        self.lanes[key, default: []].append(
            Waiter(id: id, key: key, reason: reason, deadline: now + self.waitNanoseconds))
        self.changeCount(key, by: 1)
        return true
    }

    /// The next one that has an answer: a place, or a reason that waiting does not change.
    ///
    /// - Parameter admit: asks for a place for the first of each version, in turn.
    package mutating func popFirst(
        admit: (Waiter) -> ConcurrencyLedger.Decision
    ) -> (waiter: Waiter, decision: ConcurrencyLedger.Decision)? {
        for index in self.turns.indices {
            let key = self.turns[index]
            guard let waiter = self.lanes[key]?.first else { preconditionFailure("\(key) has a turn and no waiter") }
            let decision = admit(waiter)
            if case .throttled(let reason) = decision, reason.isConcurrency { continue }
            self.lanes[key]?.removeFirst()
            self.turns.remove(at: index)
            self.turns.append(key)
            self.changeCount(key, by: -1)
            self.dropIfEmpty(key)
            return (waiter, decision)
        }
        return nil
    }

    /// Takes out those whose time is over.
    package mutating func popOverdue(now: UInt64) -> [Waiter] {
        self.remove { now >= $0.deadline }
    }

    /// Takes out those that `condition` is true for.
    package mutating func remove(where condition: (Waiter) -> Bool) -> [Waiter] {
        var removed: [Waiter] = []
        for key in Array(self.turns) {
            let out = self.lanes[key]?.filter(condition) ?? []
            guard !out.isEmpty else { continue }
            self.lanes[key]?.removeAll(where: condition)
            self.changeCount(key, by: -out.count)
            self.dropIfEmpty(key)
            removed += out
        }
        return removed
    }

    private mutating func changeCount(_ key: VersionKey, by change: Int) {
        self.count += change
        let count = self.counts[key.function, default: 0] + change
        self.counts[key.function] = count == 0 ? nil : count
    }

    private mutating func dropIfEmpty(_ key: VersionKey) {
        guard self.lanes[key]?.isEmpty == true else { return }
        self.lanes[key] = nil
        self.turns.removeAll { $0 == key }
    }
}

extension ThrottleReason {
    /// Whether it goes away when a running invocation ends.
    var isConcurrency: Bool {
        switch self {
        case .concurrentInvocationLimitExceeded, .reservedFunctionConcurrentInvocationLimitExceeded: true
        case .functionInvocationRateLimitExceeded, .reservedFunctionInvocationRateLimitExceeded,
            .callerRateLimitExceeded:
            false
        }
    }
}

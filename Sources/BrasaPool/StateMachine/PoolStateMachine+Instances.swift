package import BrasaModel
import DequeModule

/// The instances' lives, and time.
extension PoolStateMachine {
    /// An instance has thawed.
    package mutating func instanceReady(_ id: InstanceID, now: UInt64, actions: inout [Action]) {
        guard var instance = self.instances[id], !instance.isReady else { return }
        instance.isReady = true
        instance.idleSince = now
        self.instances[id] = instance
        self.startFailures = 0
        self.restarts = 0
        self.lastStartFailure = nil
        guard instance.running.isEmpty, !instance.isEnding else { return }
        self.unassigned.removeAll { $0 == id }
        self.becomeIdle(id, now: now, actions: &actions)
    }

    /// An instance's process is gone, but what it answered before may still come: nothing new goes to it.
    package mutating func instanceClosing(_ id: InstanceID) {
        self.instances[id]?.isEnding = true
        self.idle.removeAll { $0 == id }
        self.unassigned.removeAll { $0 == id }
    }

    /// 100 ms after the first failure in a row, doubling to 30 s.
    static func backoffNanoseconds(_ failures: Int) -> UInt64 {
        min(UInt64(100_000_000) << UInt64(min(max(0, failures - 1), 9)), 30_000_000_000)
    }

    /// The driver is about to kill an instance, or found it dead: no more invocations go to it.
    ///
    /// - Returns: invocations that were in it, the running one first; the caller fails the first and invokes the others again.
    package mutating func instanceEnding(_ id: InstanceID, startFailure: Failure? = nil, now: UInt64) -> [InvocationID]
    {
        guard var instance = self.instances[id] else { return [] }
        let running = Array(instance.running)
        if !instance.isReady, !instance.hasFailedToStart, let startFailure {
            instance.hasFailedToStart = true
            self.startFailures += 1
            self.lastStartFailure = startFailure
            self.noForkAheadBefore = now + Self.backoffNanoseconds(self.startFailures)
        }
        instance.running = []
        instance.isEnding = true
        self.instances[id] = instance
        self.idle.removeAll { $0 == id }
        self.unassigned.removeAll { $0 == id }
        self.removeBusy(id)
        return running
    }

    /// An instance's process is gone.
    ///
    /// Call `instanceEnding` first when it may have held invocations.
    package mutating func instanceEnded(_ id: InstanceID, now: UInt64, actions: inout [Action]) {
        guard self.instances.removeValue(forKey: id) != nil else { return }
        self.idle.removeAll { $0 == id }
        self.unassigned.removeAll { $0 == id }
        self.removeBusy(id)
        // Nobody would be left to take these along.
        if self.busy.isEmpty { self.placeBacklog(olderThan: .max, now: now, actions: &actions) }
        self.forkAhead(now: now, actions: &actions)
        self.stopIfDrained(actions: &actions)
    }

    /// Forks an instance without an invocation, unless there is one that has thawed or will.
    package mutating func warm(now: UInt64, actions: inout [Action]) {
        guard self.zygote == .ready, !self.hasThawedInstance, self.unassigned.isEmpty else { return }
        let id = self.allocate()
        self.instances[id] = Instance(bornAt: now, idleSince: now)
        self.unassigned.append(id)
        actions.append(.fork(id))
    }

    /// Changes how many instances are kept ready.
    package mutating func setProvisioned(_ count: Int, now: UInt64, actions: inout [Action]) {
        guard self.zygote != .retired else { return }
        self.settings.provisionedConcurrency = count
        // Whoever sets it anew expects that it is tried at once.
        self.noForkAheadBefore = 0
        self.noRestartBefore = 0
        self.restartForProvisioned(now: now, actions: &actions)
        self.forkAhead(now: now, actions: &actions)
    }

    /// Time has passed: expiry, ageing, waiting limits, and taking back what waits behind a slow invocation.
    package mutating func tick(now: UInt64, actions: inout [Action]) {
        self.rejectOverdue(now: now, actions: &actions)
        self.restartForProvisioned(now: now, actions: &actions)
        self.expireIdle(now: now, actions: &actions)
        self.retractBlocked(now: now, actions: &actions)
        self.placeBacklog(olderThan: now - min(now, Self.blockedNanoseconds), now: now, actions: &actions)
        self.forkAhead(now: now, actions: &actions)
    }
}

import BrasaModel
import DequeModule

/// How invocations find instances, and how the number of instances follows.
extension PoolStateMachine {
    /// Up to this mean duration an invocation may wait behind another: a wake-up of a second process costs about as much.
    static let quickNanoseconds: UInt64 = 250_000
    /// After this time behind a running invocation, one that has not begun is taken back.
    static let blockedNanoseconds: UInt64 = 2_000_000

    /// Finds an instance for an invocation; the zygote is ready.
    ///
    /// While as many instances are busy as the machine has CPUs, waking another process makes nothing faster: it only adds
    /// switches between them. So invocations of a quick function line up, as long as the wait stays short.
    mutating func place(_ invocation: InvocationID, isSmall: Bool, now: UInt64, actions: inout [Action]) {
        guard self.mayLineUp(isSmall: isSmall) else {
            self.placeFresh(invocation, now: now, actions: &actions)
            return
        }
        if self.backlog.isEmpty, let id = self.shortestPipeline(now: now) {
            self.change(id) { $0.running.append(invocation) }
            actions.append(.dispatch(invocation, id, cold: false))
        } else if self.expectedWaitNanoseconds < Self.blockedNanoseconds {
            self.backlog.append(Waiting(invocation: invocation, since: now))
        } else {
            self.placeFresh(invocation, now: now, actions: &actions)
        }
    }

    private func mayLineUp(isSmall: Bool) -> Bool {
        isSmall && self.settings.pipelineDepth > 1 && self.isQuick && self.busy.count >= self.settings.parallelism
    }

    /// Whether the next invocation would run in an instance that has not run anything yet.
    package func wouldGrow(isSmall: Bool) -> Bool {
        guard self.zygote == .ready else { return true }
        if self.mayLineUp(isSmall: isSmall) { return false }
        return self.idle.last.flatMap { self.instances[$0] }.map { $0.answered == 0 } ?? true
    }

    private var expectedWaitNanoseconds: UInt64 {
        let ahead = self.backlog.count + self.busy.count * self.settings.pipelineDepth
        return UInt64(ahead) * self.meanDurationNanoseconds / UInt64(max(1, self.busy.count))
    }

    /// Fills the places behind an instance's running invocation from the backlog.
    mutating func refill(
        at place: Dictionary<InstanceID, Instance>.Index, _ id: InstanceID, now: UInt64, actions: inout [Action]
    ) {
        guard !self.backlog.isEmpty, !self.instances.values[place].isEnding,
            !self.isWornOut(self.instances.values[place], now: now)
        else { return }
        while self.instances.values[place].running.count < self.settings.pipelineDepth,
            let next = self.backlog.popFirst()
        {
            self.instances.values[place].running.append(next.invocation)
            actions.append(.dispatch(next.invocation, id, cold: false))
        }
    }

    /// Gives those that have waited too long in the backlog an instance of their own.
    mutating func placeBacklog(olderThan limit: UInt64, now: UInt64, actions: inout [Action]) {
        while let first = self.backlog.first, first.since <= limit {
            self.backlog.removeFirst()
            self.placeFresh(first.invocation, now: now, actions: &actions)
        }
    }

    /// Finds an instance that begins at once.
    mutating func placeFresh(_ invocation: InvocationID, now: UInt64, actions: inout [Action]) {
        guard self.zygote == .ready else {
            // Retirement or the zygote's death came between; queued work goes through `invoke` again.
            self.invoke(invocation, isSmall: false, now: now, actions: &actions)
            return
        }
        if let id = self.idle.popLast() {
            self.assign(invocation, to: id, cold: self.instances[id]?.answered == 0, now: now, actions: &actions)
        } else if let id = self.unassigned.popLast() {
            self.assign(invocation, to: id, cold: true, now: now, actions: &actions)
        } else if self.isFull {
            self.enqueue(invocation, now: now, actions: &actions)
        } else {
            let id = self.allocate()
            self.instances[id] = Instance(bornAt: now, idleSince: now)
            actions.append(.fork(id))
            self.assign(invocation, to: id, cold: true, now: now, actions: &actions)
        }
        if self.idle.count + self.unassigned.count < self.settings.spareInstances { self.wantsSpare = true }
    }

    /// Whether there may be no more instances.
    private var isFull: Bool {
        self.settings.maximumInstances != .max
            && self.instances.values.count { !$0.isEnding } >= self.settings.maximumInstances
    }

    private mutating func assign(
        _ invocation: InvocationID, to id: InstanceID, cold: Bool, now: UInt64, actions: inout [Action]
    ) {
        self.change(id) {
            $0.running.append(invocation)
            $0.runningSince = now
        }
        self.busy.append(id)
        actions.append(.dispatch(invocation, id, cold: cold))
    }

    private var isQuick: Bool {
        self.meanDurationNanoseconds > 0 && self.meanDurationNanoseconds < Self.quickNanoseconds
    }

    /// The busy instance with the fewest invocations that has room and is not stuck; nil when there is none.
    private func shortestPipeline(now: UInt64) -> InstanceID? {
        var best: InstanceID?
        var bestCount = self.settings.pipelineDepth
        for id in self.busy {
            guard let instance = self.instances[id], instance.isReady, !instance.isEnding else { continue }
            guard now < instance.runningSince + Self.blockedNanoseconds else { continue }
            if instance.running.count < bestCount {
                best = id
                bestCount = instance.running.count
            }
        }
        return best
    }

    mutating func removeBusy(_ id: InstanceID) {
        if let index = self.busy.lastIndex(of: id) { self.busy.remove(at: index) }
    }

    mutating func enqueue(_ invocation: InvocationID, now: UInt64, actions: inout [Action]) {
        guard self.waiting.count < self.settings.queueDepth else {
            actions.append(.reject(invocation, .queueFull(depth: self.settings.queueDepth)))
            return
        }
        self.waiting.append(Waiting(invocation: invocation, since: now))
    }

    mutating func rejectAllWaiting(_ failure: Failure, actions: inout [Action]) {
        for entry in self.waiting { actions.append(.reject(entry.invocation, failure)) }
        self.waiting = []
    }

    mutating func becomeIdle(_ id: InstanceID, now: UInt64, actions: inout [Action]) {
        guard let instance = self.instances[id], !instance.isEnding else { return }
        if self.zygote == .retired || self.isWornOut(instance, now: now) {
            self.end(id, actions: &actions)
            return
        }
        self.change(id) { $0.idleSince = now }
        if instance.answered == 0 {
            // It has thawed late perhaps, but was used never: a call that a warm instance can answer shall not be its first.
            self.idle.insert(id, at: 0)
        } else {
            self.idle.append(id)
        }
        // While there is a zygote, invocations only wait where the number of instances is limited.
        if self.zygote == .ready, let next = self.waiting.popFirst() {
            self.placeFresh(next.invocation, now: now, actions: &actions)
        }
    }

    private func isWornOut(_ instance: Instance, now: UInt64) -> Bool {
        if self.settings.retireAfterInvocations > 0, instance.answered >= self.settings.retireAfterInvocations {
            return true
        }
        return self.settings.retireAfterNanoseconds > 0
            && now >= instance.bornAt + self.settings.retireAfterNanoseconds
    }

    mutating func end(_ id: InstanceID, actions: inout [Action]) {
        self.instances[id]?.isEnding = true
        actions.append(.shutDown(id))
    }

    mutating func stopIfDrained(actions: inout [Action]) {
        if self.zygote == .retired, self.instances.isEmpty { actions.append(.stopZygote) }
    }

    /// Forks what provisioned concurrency and the spare ask for.
    mutating func forkAhead(now: UInt64, actions: inout [Action]) {
        guard self.zygote == .ready, now >= self.noForkAheadBefore else { return }
        let living = self.instances.count - self.endingCount
        var missing = max(0, max(self.settings.provisionedConcurrency, self.settings.minimumInstances) - living)
        if self.wantsSpare {
            self.wantsSpare = false
            missing = max(missing, self.settings.spareInstances - self.idle.count - self.unassigned.count)
        }
        guard missing > 0 else { return }
        for _ in 0..<missing {
            let id = self.allocate()
            self.instances[id] = Instance(bornAt: now, idleSince: now)
            self.unassigned.append(id)
            actions.append(.fork(id))
        }
    }

    private var endingCount: Int {
        // Most pools have no ending instance; counting is only needed while one might be missing.
        guard self.settings.provisionedConcurrency > 0 || self.settings.minimumInstances > 0 else { return 0 }
        return self.instances.values.count { $0.isEnding }
    }

    mutating func rejectOverdue(now: UInt64, actions: inout [Action]) {
        while let first = self.waiting.first, now >= first.since + self.settings.queueWaitNanoseconds {
            self.waiting.removeFirst()
            actions.append(
                .reject(first.invocation, .waitedTooLong(nanoseconds: self.settings.queueWaitNanoseconds)))
        }
    }

    mutating func expireIdle(now: UInt64, actions: inout [Action]) {
        var living = self.instances.values.count { !$0.isEnding }
        var kept: [InstanceID] = []
        for id in self.idle {
            guard let instance = self.instances[id] else { continue }
            let isExpired = now >= instance.idleSince + self.settings.idleTimeoutNanoseconds
            if (isExpired && living > self.settings.provisionedConcurrency) || self.isWornOut(instance, now: now) {
                living -= 1
                self.end(id, actions: &actions)
            } else {
                kept.append(id)
            }
        }
        self.idle = kept
    }

    mutating func retractBlocked(now: UInt64, actions: inout [Action]) {
        for id in self.busy {
            guard let instance = self.instances[id], instance.running.count > 1 else { continue }
            guard now >= instance.runningSince + Self.blockedNanoseconds else { continue }
            for invocation in instance.running.dropFirst() { actions.append(.retract(invocation, id)) }
        }
    }
}

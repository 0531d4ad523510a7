package import BrasaModel
import DequeModule

/// The zygote's life, from the first start to retirement.
extension PoolStateMachine {
    /// Starts the zygote without an invocation, when the version is deployed.
    package mutating func start(actions: inout [Action]) {
        switch self.zygote {
        case .absent, .failed:
            self.zygote = .starting
            actions.append(.startZygote(limitedByInvocation: false))
        case .starting, .ready, .retired:
            break
        }
    }

    /// The zygote can fork.
    package mutating func zygoteReady(now: UInt64, actions: inout [Action]) {
        guard self.zygote == .starting else { return }
        self.zygote = .ready
        let waiting = self.waiting
        self.waiting = []
        for entry in waiting { self.place(entry.invocation, isSmall: false, now: now, actions: &actions) }
        self.forkAhead(now: now, actions: &actions)
    }

    /// The zygote could not load or initialise.
    package mutating func zygoteFailed(_ failure: Failure, now: UInt64, actions: inout [Action]) {
        guard self.zygote == .starting else { return }
        self.zygote = .failed(failure)
        self.lastStartFailure = failure
        self.delayRestart(now: now)
        self.rejectAllWaiting(failure, actions: &actions)
    }

    /// The zygote died after it was ready.
    ///
    /// Its instances end too: tell `instanceClosing` for all of them before, so that nothing is placed on what is gone,
    /// and report each by `instanceEnded` after.
    package mutating func zygoteEnded(now: UInt64, actions: inout [Action]) {
        guard self.zygote == .ready else { return }
        self.zygote = .absent
        self.delayRestart(now: now)
    }

    private mutating func delayRestart(now: UInt64) {
        self.restarts += 1
        self.noRestartBefore = now + Self.backoffNanoseconds(self.restarts)
    }

    /// Provisioned instances need a zygote also while nobody calls.
    mutating func restartForProvisioned(now: UInt64, actions: inout [Action]) {
        guard self.settings.provisionedConcurrency > 0 || self.settings.minimumInstances > 0,
            now >= self.noRestartBefore
        else { return }
        self.start(actions: &actions)
    }

    /// The version is being replaced: running invocations finish, nothing new begins.
    package mutating func retire(now: UInt64, actions: inout [Action]) {
        guard self.zygote != .retired else { return }
        self.zygote = .retired
        self.settings.provisionedConcurrency = 0
        self.settings.minimumInstances = 0
        // None of them has begun: they run on the version that takes over.
        self.rejectAllWaiting(.retiredVersion, actions: &actions)
        for entry in self.backlog { actions.append(.reject(entry.invocation, .retiredVersion)) }
        self.backlog = []
        for id in self.idle + self.unassigned { self.end(id, actions: &actions) }
        self.idle = []
        self.unassigned = []
        self.stopIfDrained(actions: &actions)
    }
}

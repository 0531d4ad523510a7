/// Numbers for metrics and status.
extension PoolStateMachine {
    /// Instances that are forked but not thawed.
    package var startingCount: Int { self.instances.values.count { !$0.isReady && !$0.isEnding } }
    /// Instances that wait for an invocation.
    package var idleCount: Int { self.idle.count }
    /// Instances with an invocation.
    package var busyCount: Int { self.busy.count }
    /// Whether an instance is there that has thawed and is not on its way out.
    package var hasThawedInstance: Bool { self.instances.values.contains { $0.isReady && !$0.isEnding } }
    /// Invocations that wait for the version to start.
    package var waitingCount: Int { self.waiting.count }
    /// All instances whose process has not ended.
    package var instanceCount: Int { self.instances.count }
    /// Whether invocations wait for a place behind running ones, so that `tick` is wanted soon.
    package var hasBacklog: Bool { !self.backlog.isEmpty }
    /// Provisioned instances that have thawed, busy or idle.
    package var provisionedAllocated: Int {
        guard self.settings.provisionedConcurrency > 0 else { return 0 }
        return min(self.settings.provisionedConcurrency, self.instances.values.count { $0.isReady && !$0.isEnding })
    }

    /// Whether an invocation waits for this instance already.
    package func isAssigned(_ id: InstanceID) -> Bool { !(self.instances[id]?.running.isEmpty ?? true) }
    /// Whether the instance is known and not on its way out.
    package func isLiving(_ id: InstanceID) -> Bool { self.instances[id].map { !$0.isEnding } ?? false }
}

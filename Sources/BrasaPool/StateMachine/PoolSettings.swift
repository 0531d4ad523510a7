package import BrasaModel

/// What a pool is allowed to do; durations in nanoseconds.
package struct PoolSettings: Sendable, Hashable {
    /// Instances kept idle ahead of need once the function has been called, 0 to 16.
    package var spareInstances: Int
    /// Instances kept ready at all times.
    package var provisionedConcurrency: Int
    /// Idle time after which an instance ends.
    package var idleTimeoutNanoseconds: UInt64
    /// Invocations after which an instance is replaced; 0: never.
    package var retireAfterInvocations: Int
    /// Age after which an instance is replaced; 0: never.
    package var retireAfterNanoseconds: UInt64
    /// Invocations that may wait for the version to start.
    package var queueDepth: Int
    /// How long one may wait.
    package var queueWaitNanoseconds: UInt64
    /// Instances that can really run at once: the machine's CPUs.
    package var parallelism: Int
    /// Instances kept at all times that nobody has asked and pays for.
    package var minimumInstances = 0
    /// Most instances at once; further invocations wait.
    package var maximumInstances = Int.max
    /// Invocations that may be in one instance, the running one included, while the function is quick; 1: none behind.
    package var pipelineDepth: Int

    package init(
        spareInstances: Int = 1, provisionedConcurrency: Int = 0, idleTimeoutNanoseconds: UInt64 = 300_000_000_000,
        retireAfterInvocations: Int = 0, retireAfterNanoseconds: UInt64 = 0, queueDepth: Int = 1_000,
        queueWaitNanoseconds: UInt64 = 10_000_000_000, parallelism: Int = 2, pipelineDepth: Int = 8
    ) {
        self.spareInstances = spareInstances
        self.provisionedConcurrency = provisionedConcurrency
        self.idleTimeoutNanoseconds = idleTimeoutNanoseconds
        self.retireAfterInvocations = retireAfterInvocations
        self.retireAfterNanoseconds = retireAfterNanoseconds
        self.queueDepth = queueDepth
        self.queueWaitNanoseconds = queueWaitNanoseconds
        self.parallelism = parallelism
        self.pipelineDepth = pipelineDepth
    }

    /// The settings of a function, within a host's limits on waiting.
    package init(
        function: FunctionSettings, queueDepth: Int, queueWaitNanoseconds: UInt64, parallelism: Int
    ) {
        self.init(
            spareInstances: function.spareInstances, provisionedConcurrency: 0,
            idleTimeoutNanoseconds: UInt64(function.idleTimeoutMilliseconds) * 1_000_000,
            retireAfterInvocations: function.retireAfterInvocations,
            retireAfterNanoseconds: UInt64(function.retireAfterMilliseconds) * 1_000_000,
            queueDepth: queueDepth, queueWaitNanoseconds: queueWaitNanoseconds, parallelism: parallelism)
    }
}

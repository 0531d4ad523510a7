/// What the host's configuration says about running functions.
package struct EngineSettings: Sendable {
    /// The `brasa-worker` program.
    package var workerPath: String
    /// Folder below which instances get their scratch folders; made when missing.
    package var scratchFolder: String
    /// Instances the account may run at once.
    package var accountConcurrency: Int
    /// Whether AWS's scaling and request rates apply.
    package var limitsRates: Bool
    /// Invocations of one version that may wait for it to start, and for how long.
    package var queueDepth: Int
    package var queueWaitMilliseconds: Int
    /// Largest buffered reply; at most `BRASA_REPLY_LIMIT_BYTES`.
    package var replyBytes: Int
    /// How long invocations wait at the concurrency limit, at most `queueDepth` of a function; 0: not at all.
    package var concurrencyWaitMilliseconds: Int
    /// Variables every function gets, such as the region.
    package var environment: [String: String]
    /// CPUs of the machine.
    package var parallelism: Int
    /// A function that somebody looks at with a debugger: it has one instance, which is kept, and no time limits.
    package var debuggedFunction: String?

    package init(
        workerPath: String, scratchFolder: String, accountConcurrency: Int = 1_000, limitsRates: Bool = false,
        queueDepth: Int = 1_000, queueWaitMilliseconds: Int = 10_000, replyBytes: Int = 6_291_556,
        concurrencyWaitMilliseconds: Int = 0, environment: [String: String] = [:], parallelism: Int
    ) {
        self.workerPath = workerPath
        self.scratchFolder = scratchFolder
        self.accountConcurrency = accountConcurrency
        self.limitsRates = limitsRates
        self.queueDepth = queueDepth
        self.queueWaitMilliseconds = queueWaitMilliseconds
        self.replyBytes = replyBytes
        self.concurrencyWaitMilliseconds = concurrencyWaitMilliseconds
        self.environment = environment
        self.parallelism = parallelism
    }
}

/// What configuration says about a function.
///
/// Hashed together with the code, it identifies a version.
package struct FunctionSettings: Sendable, Hashable, Codable {
    /// Name of the function inside its library; nil means the library's first.
    package var entry: String?
    /// Set when the function is a plain C function and not one of a module.
    package var symbol: SymbolSettings?
    package var description: String = ""
    /// Cap of an instance's memory in MiB, 16 to 10,240 (AWS: 128 to 10,240).
    package var memoryMegabytes: Int = 128
    /// Time one invocation may take, in milliseconds, 1 to 900,000.
    package var timeoutMilliseconds: Int = 3_000
    /// Variables the function sees; nothing of the host's environment is inherited.
    ///
    /// At most 4 KiB in all.
    package var environment: [String: String] = [:]
    package var tags: [String: String] = [:]
    /// nil chooses `process`, falling back to `exec` when the library leaves threads running after `init`.
    package var isolation: Isolation?
    /// Instances set apart for this function out of the account's; 0 switches it off; nil: none set apart.
    package var reservedConcurrency: Int?
    /// Instances kept ready, outside any schedule.
    package var provisionedConcurrency: Int = 0
    /// Times of the week with another provisioned concurrency; the first match counts.
    package var provisionedSchedules: [ProvisionedSchedule] = []
    /// Retries after a function error of an asynchronous event, 0 to 2.
    package var maximumRetryAttempts: Int = 2
    /// Age after which an asynchronous event is given up, 60 to 21,600 s.
    package var maximumEventAgeSeconds: Int = 21_600
    /// Time `init` may take before it is cut off and tried again inside the first invocation, in milliseconds.
    package var initTimeoutMilliseconds: Int = 10_000
    /// Time after which an unused instance ends, in milliseconds.
    package var idleTimeoutMilliseconds: Int = 300_000
    /// Instances forked and thawed ahead of need once the function has been called, 0 to 16.
    package var spareInstances: Int = 1
    /// Invocations after which an instance is replaced; 0: never.
    package var retireAfterInvocations: Int = 0
    /// Age after which an instance is replaced, in milliseconds; 0: never.
    package var retireAfterMilliseconds: Int = 0
    /// Events kept with their outcomes for being played again, 1 to 10,000; nil: none.
    package var recordedEvents: Int?

    package init() {}
}

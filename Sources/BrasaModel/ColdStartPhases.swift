/// Where the time of a cold start went: from the invocation's acceptance to its instance's being ready, in nanoseconds.
///
/// The sum is `InvocationReport.initNanoseconds`, but for what the two clocks' readers round.
package struct ColdStartPhases: Sendable, Hashable, Codable {
    /// Until the instance's process ran: waiting for the zygote, fork, and in exec isolation exec.
    package var fork: Int64
    /// Loading the library, with its constructors; 0 unless in exec isolation.
    package var load: Int64
    /// Running `init`; 0 unless in exec isolation.
    package var initialization: Int64
    /// What the worker sets up for itself: the channel, memory limits, the scratch folder.
    package var setUp: Int64
    /// Running `thaw`.
    package var thaw: Int64

    package init(fork: Int64, load: Int64, initialization: Int64, setUp: Int64, thaw: Int64) {
        self.fork = fork
        self.load = load
        self.initialization = initialization
        self.setUp = setUp
        self.thaw = thaw
    }
}

/// Where the time of starting a version went: from the decision to its zygote's being ready, in nanoseconds.
package struct VersionStartPhases: Sendable, Hashable, Codable {
    /// Until the worker program ran.
    package var exec: Int64
    /// Mapping and relocating the library and what it needs, without constructors when those are known.
    package var load: Int64
    /// Constructors of the library and of what it needs; nil when they could not be told from loading.
    package var constructors: Int64?
    /// Running `init`.
    package var initialization: Int64
    /// The rest: confinement, `freeze`, looking for threads and descriptors, messages.
    package var other: Int64

    package init(exec: Int64, load: Int64, constructors: Int64?, initialization: Int64, other: Int64) {
        self.exec = exec
        self.load = load
        self.constructors = constructors
        self.initialization = initialization
        self.other = other
    }

    /// The whole of it.
    package var total: Int64 {
        self.exec + self.load + (self.constructors ?? 0) + self.initialization + self.other
    }
}

/// Runs versions of functions: where the control plane meets the pools.
///
/// Callable from any thread.
package protocol VersionRunner: AnyObject, Sendable {
    /// Starts the version's zygote: loads the library, runs `init` and `freeze`. Events may be invoked on it from then on,
    /// also when it failed: `init` is then tried again inside the next invocation.
    ///
    /// Idempotent: a version that runs already answers with its present state.
    func start(_ version: FunctionVersion) async -> VersionReadiness
    /// Makes sure that a started version has an instance that has thawed.
    ///
    /// - Returns: why it has not; nil when it has.
    func warm(_ version: FunctionVersion) async -> Failure?
    /// Takes no new invocations for the version, lets the running ones finish and ends its processes.
    ///
    /// Returns once new invocations are refused; ends in the background. Not running is not an error.
    func retire(_ version: FunctionVersion) async
    /// Sets instances of the account apart for `function`; nil gives them back, 0 switches the function off.
    func setReservedConcurrency(_ limit: Int?, function: String) async
    /// Keeps `count` instances of the version ready; 0 ends that.
    func setProvisionedConcurrency(_ count: Int, version: FunctionVersion) async
    /// SHA-256 of every library that processes run, also those of retired versions.
    func runningCode() async -> Set<String>
    /// What the version runs at this moment; nil when it was never started.
    func status(of version: FunctionVersion) async -> VersionStatus?
}

/// How starting a version ended.
package enum VersionReadiness: Sendable, Hashable {
    /// Instances can be made. `note` says why a function does not run in the isolation asked for; nil normally.
    case ready(isolation: Isolation, initNanoseconds: Int64, note: String?)
    /// Loading or `init` failed. Nothing else is affected.
    case failed(Failure)
}

/// A version's processes, counted at one moment.
package struct VersionStatus: Sendable, Hashable {
    package var readiness: VersionReadiness?
    package var startingInstances: Int
    package var idleInstances: Int
    package var busyInstances: Int
    /// Instances asked for by provisioned concurrency.
    package var provisionedRequested: Int
    /// Provisioned instances that are ready, busy or not.
    package var provisionedAllocated: Int
    /// Provisioned instances that are ready and idle.
    package var provisionedAvailable: Int
    /// Why provisioned instances cannot be made; nil when nothing is wrong.
    package var provisionedFailure: String?

    package init(
        readiness: VersionReadiness?, startingInstances: Int, idleInstances: Int, busyInstances: Int,
        provisionedRequested: Int, provisionedAllocated: Int, provisionedAvailable: Int, provisionedFailure: String?
    ) {
        self.readiness = readiness
        self.startingInstances = startingInstances
        self.idleInstances = idleInstances
        self.busyInstances = busyInstances
        self.provisionedRequested = provisionedRequested
        self.provisionedAllocated = provisionedAllocated
        self.provisionedAvailable = provisionedAvailable
        self.provisionedFailure = provisionedFailure
    }
}

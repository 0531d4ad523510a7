package import BrasaModel
import Synchronization

/// A runner without processes that writes down what it is told.
///
/// Calls read `start users:$LATEST 1a2b`, `retire …`, `reserve users 5`, `provision users:1 2`, with the first four digits of
/// the code.
package final class RecordingRunner: VersionRunner {
    private struct State {
        var calls: [String] = []
        var isHeld = false
        var held: [CheckedContinuation<Void, Never>] = []
        var awaited: [(call: String, continuation: CheckedContinuation<Void, Never>)] = []
        var failures: [String: Failure] = [:]
        var thawFailures: [String: Failure] = [:]
        var draining: Set<String> = []
        var statuses: [VersionKey: VersionStatus] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Everything told so far, in order.
    package var calls: [String] { self.state.withLock { $0.calls } }

    /// Forgets the calls so far.
    package func clear() {
        self.state.withLock { $0.calls = [] }
    }

    /// Starts take until `release`.
    package func hold() {
        self.state.withLock { $0.isHeld = true }
    }

    /// Lets the starts that wait, and all later ones, end.
    package func release() {
        let held = self.state.withLock { state in
            state.isHeld = false
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    /// Starting code with this digest fails from now on; nil: no longer.
    package func setFailure(_ failure: Failure?, codeSHA256: String) {
        self.state.withLock { $0.failures[codeSHA256] = failure }
    }

    /// What `status` answers for a version.
    package func setStatus(_ status: VersionStatus, of key: VersionKey) {
        self.state.withLock { $0.statuses[key] = status }
    }

    /// Returns once a call that starts with `call` has been made.
    package func made(_ call: String) async {
        await withCheckedContinuation { continuation in
            let isMade = self.state.withLock { state in
                if state.calls.contains(where: { $0.hasPrefix(call) }) { return true }
                state.awaited.append((call, continuation))
                return false
            }
            if isMade { continuation.resume() }
        }
    }

    package func start(_ version: FunctionVersion) async -> VersionReadiness {
        self.record("start \(version.key) \(version.codeSHA256.prefix(4))")
        await withCheckedContinuation { continuation in
            let isHeld = self.state.withLock { state in
                if state.isHeld { state.held.append(continuation) }
                return state.isHeld
            }
            if !isHeld { continuation.resume() }
        }
        if let failure = self.state.withLock({ $0.failures[version.codeSHA256] }) { return .failed(failure) }
        return .ready(isolation: .process, initNanoseconds: 1_000_000, note: nil)
    }

    package func warm(_ version: FunctionVersion) async -> Failure? {
        self.record("warm \(version.key) \(version.codeSHA256.prefix(4))")
        return self.state.withLock { $0.thawFailures[version.codeSHA256] }
    }

    package func runningCode() async -> Set<String> {
        self.state.withLock { $0.draining }
    }

    /// Says that processes still run this code, or no longer.
    package func setDraining(_ isDraining: Bool, codeSHA256: String) {
        self.state.withLock { state in
            if isDraining { state.draining.insert(codeSHA256) } else { state.draining.remove(codeSHA256) }
        }
    }

    /// Instances of this code die in `thaw` from now on; nil: no longer.
    package func setThawFailure(_ failure: Failure?, codeSHA256: String) {
        self.state.withLock { $0.thawFailures[codeSHA256] = failure }
    }

    package func retire(_ version: FunctionVersion) async {
        self.record("retire \(version.key) \(version.codeSHA256.prefix(4))")
    }

    package func setReservedConcurrency(_ limit: Int?, function: String) async {
        self.record("reserve \(function) \(limit.map(String.init) ?? "nil")")
    }

    package func setProvisionedConcurrency(_ count: Int, version: FunctionVersion) async {
        self.record("provision \(version.key) \(count)")
        self.state.withLock { state in
            guard state.statuses[version.key] == nil || count > 0 else { return }
            state.statuses[version.key] = VersionStatus(
                readiness: nil, startingInstances: 0, idleInstances: count, busyInstances: 0,
                provisionedRequested: count, provisionedAllocated: count, provisionedAvailable: count,
                provisionedFailure: nil)
        }
    }

    package func status(of version: FunctionVersion) async -> VersionStatus? {
        self.state.withLock { $0.statuses[version.key] }
    }

    private func record(_ call: String) {
        let waiting = self.state.withLock { state in
            state.calls.append(call)
            let isFor: ((call: String, continuation: CheckedContinuation<Void, Never>)) -> Bool = {
                call.hasPrefix($0.call)
            }
            defer { state.awaited.removeAll(where: isFor) }
            return state.awaited.filter(isFor)
        }
        for entry in waiting { entry.continuation.resume() }
    }
}

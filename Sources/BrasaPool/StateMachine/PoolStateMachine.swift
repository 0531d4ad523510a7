package import BrasaModel
import DequeModule

/// Decides which instance of one version answers which invocation: inputs in, actions out, no I/O and no clock of its own.
///
/// An invocation handed to `invoke` was admitted by `ConcurrencyLedger` already; here it gets an idle instance (the most
/// recently used first, so that the others can expire), a place behind a running one when the function is known to be
/// quick, or a new instance. Times are nanoseconds of a monotonic clock.
package struct PoolStateMachine: Sendable {
    /// Identifies an instance within its host.
    package typealias InstanceID = UInt64
    /// Identifies an invocation within its host.
    package typealias InvocationID = UInt64

    /// What the driver has to do, in order.
    package enum Action: Sendable, Hashable {
        /// Start the version's zygote; `limitedByInvocation`: `init` failed before and now runs under the function's timeout.
        case startZygote(limitedByInvocation: Bool)
        /// Ask the zygote for an instance.
        case fork(InstanceID)
        /// Hand the invocation to the instance; `cold`: the instance has not answered anything yet.
        case dispatch(InvocationID, InstanceID, cold: Bool)
        /// Ask the instance to end.
        case shutDown(InstanceID)
        /// Take the invocation back from an instance it waits in, if it has not begun there; see `retracted`.
        case retract(InvocationID, InstanceID)
        /// Answer the invocation with a failure.
        case reject(InvocationID, Failure)
        /// The version is retired and its last instance gone: end the zygote.
        case stopZygote
    }

    /// The version's zygote.
    package enum Zygote: Sendable, Hashable {
        /// Never started, or ended. May become `starting`.
        case absent
        /// Loading or initialising. May become `ready`, `failed` or `retired`.
        case starting
        /// Forks instances. May become `absent` (it died) or `retired`.
        case ready
        /// Could not be started; the next invocation tries again. May become `starting` or `retired`.
        case failed(Failure)
        /// The version is being replaced. Final.
        case retired
    }

    struct Instance: Sendable {
        var isReady = false
        var isEnding = false
        var hasFailedToStart = false
        /// Invocations in it, the running one first.
        var running: Deque<InvocationID> = []
        var answered = 0
        let bornAt: UInt64
        var idleSince: UInt64
        /// When the first of `running` began, as far as the host knows.
        var runningSince: UInt64 = 0

        /// The first of `running` has been answered.
        mutating func completedFirst(now: UInt64) {
            self.running.removeFirst()
            self.answered += 1
            self.runningSince = now
            self.isReady = true
        }
    }

    struct Waiting: Sendable {
        let invocation: InvocationID
        let since: UInt64
    }

    package var settings: PoolSettings
    package internal(set) var zygote: Zygote = .absent
    /// Changed by their places (`change`): a value that is taken out and put back copies its queue.
    var instances: [InstanceID: Instance] = [:]
    /// Ready instances without an invocation: those never used first, the most recently used last.
    var idle: [InstanceID] = []
    /// Instances with an invocation, the most recently dispatched last.
    var busy: [InstanceID] = []
    var waiting: Deque<Waiting> = []
    /// Invocations of a quick function that wait for a place behind a running one rather than wake another process.
    var backlog: Deque<Waiting> = []
    /// Instances forked ahead that no invocation waits for yet.
    var unassigned: [InstanceID] = []
    /// Mean time of recent invocations; 0: not known.
    var meanDurationNanoseconds: UInt64 = 0
    var wantsSpare = false
    var startFailures = 0
    var noForkAheadBefore: UInt64 = 0
    /// Starts of the zygote that failed or did not last, since an instance was last ready.
    var restarts = 0
    var noRestartBefore: UInt64 = 0
    package internal(set) var lastStartFailure: Failure?
    let allocate: @Sendable () -> InstanceID

    /// A pool without zygote and instances.
    ///
    /// - Parameter allocate: gives out identities that no other pool of the host uses.
    package init(settings: PoolSettings, allocate: @escaping @Sendable () -> InstanceID) {
        self.settings = settings
        self.allocate = allocate
    }

    /// Changes an instance where it lies.
    mutating func change(_ id: InstanceID, _ body: (inout Instance) -> Void) {
        guard let place = self.instances.index(forKey: id) else { return }
        body(&self.instances.values[place])
    }

    // MARK: - Invocations

    /// An admitted invocation arrives.
    ///
    /// - Parameter isSmall: its event fits a frame, so it may be put behind another one in an instance.
    package mutating func invoke(_ invocation: InvocationID, isSmall: Bool, now: UInt64, actions: inout [Action]) {
        switch self.zygote {
        case .ready:
            self.place(invocation, isSmall: isSmall, now: now, actions: &actions)
        case .starting:
            self.enqueue(invocation, now: now, actions: &actions)
        case .absent:
            self.zygote = .starting
            actions.append(.startZygote(limitedByInvocation: false))
            self.enqueue(invocation, now: now, actions: &actions)
        case .failed:
            self.zygote = .starting
            actions.append(.startZygote(limitedByInvocation: true))
            self.enqueue(invocation, now: now, actions: &actions)
        case .retired:
            actions.append(.reject(invocation, .retiredVersion))
        }
    }

    /// The caller of an invocation that waits for an instance has left.
    package mutating func abandon(_ invocation: InvocationID) {
        self.waiting.removeAll { $0.invocation == invocation }
        self.backlog.removeAll { $0.invocation == invocation }
    }

    /// An instance answered.
    package mutating func completed(
        _ invocation: InvocationID, by id: InstanceID, durationNanoseconds: UInt64, now: UInt64, actions: inout [Action]
    ) {
        guard let place = self.instances.index(forKey: id), self.instances.values[place].running.first == invocation
        else { return }
        self.instances.values[place].completedFirst(now: now)
        self.startFailures = 0
        self.meanDurationNanoseconds =
            self.meanDurationNanoseconds == 0
            ? durationNanoseconds : (self.meanDurationNanoseconds * 7 + durationNanoseconds) / 8
        self.refill(at: place, id, now: now, actions: &actions)
        if self.instances.values[place].running.isEmpty {
            self.removeBusy(id)
            self.becomeIdle(id, now: now, actions: &actions)
        }
        self.forkAhead(now: now, actions: &actions)
    }

    /// `retract` succeeded: the invocation had not begun and looks for another instance.
    package mutating func retracted(
        _ invocation: InvocationID, from id: InstanceID, now: UInt64, actions: inout [Action]
    ) {
        self.change(id) { $0.running.removeAll { $0 == invocation } }
        self.placeFresh(invocation, now: now, actions: &actions)
    }
}

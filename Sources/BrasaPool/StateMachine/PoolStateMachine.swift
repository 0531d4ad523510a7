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
        /// Invocations in it, the running one first.
        var running: Deque<InvocationID> = []
        var answered = 0
        let bornAt: UInt64
        var idleSince: UInt64
        /// When the first of `running` began, as far as the host knows.
        var runningSince: UInt64 = 0
    }

    struct Waiting: Sendable {
        let invocation: InvocationID
        let since: UInt64
    }

    package var settings: PoolSettings
    package internal(set) var zygote: Zygote = .absent
    var instances: [InstanceID: Instance] = [:]
    /// Ready instances without an invocation, the most recently used last.
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
    package internal(set) var lastStartFailure: Failure?
    let allocate: @Sendable () -> InstanceID

    /// A pool without zygote and instances.
    ///
    /// - Parameter allocate: gives out identities that no other pool of the host uses.
    package init(settings: PoolSettings, allocate: @escaping @Sendable () -> InstanceID) {
        self.settings = settings
        self.allocate = allocate
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
        guard var instance = self.instances[id], instance.running.first == invocation else { return }
        instance.running.removeFirst()
        instance.answered += 1
        instance.runningSince = now
        instance.isReady = true
        self.startFailures = 0
        self.meanDurationNanoseconds =
            self.meanDurationNanoseconds == 0
            ? durationNanoseconds : (self.meanDurationNanoseconds * 7 + durationNanoseconds) / 8
        self.refill(&instance, id, now: now, actions: &actions)
        let isEmpty = instance.running.isEmpty
        self.instances[id] = instance
        if isEmpty {
            self.removeBusy(id)
            self.becomeIdle(id, now: now, actions: &actions)
        }
        self.forkAhead(now: now, actions: &actions)
    }

    /// `retract` succeeded: the invocation had not begun and looks for another instance.
    package mutating func retracted(
        _ invocation: InvocationID, from id: InstanceID, isSmall: Bool, now: UInt64, actions: inout [Action]
    ) {
        self.instances[id]?.running.removeAll { $0 == invocation }
        self.placeFresh(invocation, now: now, actions: &actions)
    }

    // MARK: - Zygote

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
    package mutating func zygoteFailed(_ failure: Failure, actions: inout [Action]) {
        guard self.zygote != .retired else { return }
        self.zygote = .failed(failure)
        self.rejectAllWaiting(failure, actions: &actions)
    }

    /// The zygote died after it was ready.
    ///
    /// Its instances end too: report each by `instanceEnded`.
    package mutating func zygoteEnded(actions: inout [Action]) {
        guard self.zygote != .retired else { return }
        self.zygote = .absent
        if !self.waiting.isEmpty {
            self.zygote = .starting
            actions.append(.startZygote(limitedByInvocation: false))
        }
    }

    /// The version is being replaced: running invocations finish, nothing new begins.
    package mutating func retire(now: UInt64, actions: inout [Action]) {
        guard self.zygote != .retired else { return }
        self.placeBacklog(olderThan: .max, now: now, actions: &actions)
        self.zygote = .retired
        self.settings.provisionedConcurrency = 0
        self.rejectAllWaiting(.retiredVersion, actions: &actions)
        for id in self.idle + self.unassigned { self.end(id, actions: &actions) }
        self.idle = []
        self.unassigned = []
        self.stopIfDrained(actions: &actions)
    }

    // MARK: - Instances

    /// An instance has thawed.
    package mutating func instanceReady(_ id: InstanceID, now: UInt64, actions: inout [Action]) {
        guard var instance = self.instances[id], !instance.isReady else { return }
        instance.isReady = true
        instance.idleSince = now
        self.instances[id] = instance
        self.startFailures = 0
        self.lastStartFailure = nil
        guard instance.running.isEmpty, !instance.isEnding else { return }
        self.unassigned.removeAll { $0 == id }
        self.becomeIdle(id, now: now, actions: &actions)
    }

    /// The driver is about to kill an instance, or found it dead: no more invocations go to it.
    ///
    /// - Returns: invocations that were in it, the running one first; the caller fails the first and invokes the others again.
    package mutating func instanceEnding(_ id: InstanceID, startFailure: Failure? = nil, now: UInt64) -> [InvocationID]
    {
        guard var instance = self.instances[id] else { return [] }
        let running = Array(instance.running)
        if !instance.isReady, let startFailure {
            self.startFailures += 1
            self.lastStartFailure = startFailure
            let delay = min(UInt64(100_000_000) << UInt64(min(self.startFailures - 1, 8)), 30_000_000_000)
            self.noForkAheadBefore = now + delay
        }
        instance.running = []
        instance.isEnding = true
        self.instances[id] = instance
        self.idle.removeAll { $0 == id }
        self.unassigned.removeAll { $0 == id }
        self.removeBusy(id)
        return running
    }

    /// An instance's process is gone.
    ///
    /// Call `instanceEnding` first when it may have held invocations.
    package mutating func instanceEnded(_ id: InstanceID, now: UInt64, actions: inout [Action]) {
        guard self.instances.removeValue(forKey: id) != nil else { return }
        self.idle.removeAll { $0 == id }
        self.unassigned.removeAll { $0 == id }
        self.removeBusy(id)
        // Nobody would be left to take these along.
        if self.busy.isEmpty { self.placeBacklog(olderThan: .max, now: now, actions: &actions) }
        self.forkAhead(now: now, actions: &actions)
        self.stopIfDrained(actions: &actions)
    }

    /// Changes how many instances are kept ready.
    package mutating func setProvisioned(_ count: Int, now: UInt64, actions: inout [Action]) {
        guard self.zygote != .retired else { return }
        self.settings.provisionedConcurrency = count
        if count > 0 { self.noForkAheadBefore = 0 }
        if count > 0, self.zygote == .absent { self.start(actions: &actions) }
        self.forkAhead(now: now, actions: &actions)
    }

    /// Time has passed: expiry, ageing, waiting limits, and taking back what waits behind a slow invocation.
    package mutating func tick(now: UInt64, actions: inout [Action]) {
        self.rejectOverdue(now: now, actions: &actions)
        self.expireIdle(now: now, actions: &actions)
        self.retractBlocked(now: now, actions: &actions)
        self.placeBacklog(olderThan: now - min(now, Self.blockedNanoseconds), now: now, actions: &actions)
        self.forkAhead(now: now, actions: &actions)
    }
}

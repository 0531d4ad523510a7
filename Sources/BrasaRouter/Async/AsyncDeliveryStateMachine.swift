import BrasaModel
import NIOCore

/// Decides when which asynchronous event is delivered, tried again or given up.
///
/// Pure: no I/O, no clock.
///
/// Each event is *waiting* (in its function's lane, ordered by the time at which something has to happen with it),
/// *delivering*, or *settling*: its end is decided and the store has not confirmed it yet. Delivering and settling events
/// count against the function's limit, so a store that fails stops deliveries instead of piling up ends it does not know.
///
/// A lane that has something to do is *ready*; ready lanes start one event each in turn, so that no function's backlog
/// holds up another's. A lane that could start but for the limit over all functions is *blocked*, first in first out.
/// Lanes with nothing to do before some time stand in the agenda.
///
/// A refusal (throttle, host error) lowers the lane's limit to what the function has admitted and pauses the lane; each
/// round of ended deliveries raises the limit by one. So a function that throttles is probed about once a second however
/// many of its events wait.
///
/// Times are milliseconds of one clock that never jumps; it starts near the time since 1970.
struct AsyncDeliveryStateMachine {
    /// What the driver has to do.
    ///
    /// Every `deliver` is answered by `ended`, the others by `settled` or `notSettled`.
    enum Action: Sendable, Hashable {
        case deliver(id: Int64, attempt: Int)
        case delete(id: Int64)
        case reschedule(id: Int64, failedAttempts: Int, atMilliseconds: Int64, error: AsyncDeliveryError)
        case bury(id: Int64, function: String, AsyncDeath)
    }

    /// What the catalog says about a function; nil: there is no such function.
    typealias Policies = (AsyncTarget) -> AsyncPolicy?

    private struct Running {
        var lane: Int
        var event: AsyncWaitingEvent
        /// nil while it is delivered.
        var settlement: Action?
    }

    private struct Appointment: Comparable {
        var time: Int64
        var lane: Int

        static func < (left: Appointment, right: Appointment) -> Bool { left.time < right.time }
    }

    private let configuration: AsyncDeliveryConfiguration
    private var lanes: [AsyncLane] = []
    private var laneOfTarget: [AsyncTarget: Int] = [:]
    private var freeLanes: [Int] = []
    private var ready = CircularBuffer<Int>()
    private var blocked = CircularBuffer<Int>()
    private var agenda = BinaryHeap<Appointment>()
    private var running: [Int64: Running] = [:]
    private var deliveringBytes = 0
    private var unsettled: [Int64] = []
    private var retryUnsettledAt: Int64?
    private var isStopping = false

    /// Events that are stored and neither being delivered nor settled.
    private(set) var waitingCount = 0

    init(configuration: AsyncDeliveryConfiguration) {
        precondition(configuration.maximumInFlightPerFunction > 0, "at least one delivery per function")
        precondition(!configuration.retryDelaysMilliseconds.isEmpty, "at least one delay between attempts")
        self.configuration = configuration
    }

    /// Events being delivered or settled.
    var runningCount: Int { self.running.count }

    /// When `advance` has something to do at the latest; nil: not before another input.
    ///
    /// May be too early.
    var nextWake: Int64? {
        let appointment = self.isStopping ? nil : self.agenda.first?.time
        guard let appointment, let retry = self.retryUnsettledAt else { return appointment ?? self.retryUnsettledAt }
        return min(appointment, retry)
    }

    // MARK: - Inputs

    /// Events were stored, or an earlier run has left them.
    ///
    /// Times from a clock that was ahead are brought back: an event is not younger than now, and waits no longer than the
    /// longest wait there is.
    mutating func stored(_ summaries: [AsyncEventSummary], now: Int64, policies: Policies) -> [Action] {
        let longestWait = self.configuration.retryDelaysMilliseconds.max() ?? 0
        for summary in summaries {
            let lane = self.lane(of: summary.target)
            let event = AsyncWaitingEvent(
                id: summary.id, storedAt: min(summary.storedAtMilliseconds, now),
                nextAttemptAt: min(summary.nextAttemptMilliseconds, now + longestWait),
                failedAttempts: summary.failedAttempts, payloadBytes: summary.payloadBytes)
            self.wait(event, lane: lane, policy: policies(summary.target), now: now)
        }
        return self.work(now: now, policies: policies)
    }

    /// Time has passed.
    mutating func advance(now: Int64, policies: Policies) -> [Action] {
        while let appointment = self.agenda.first, appointment.time <= now {
            self.agenda.removeFirst()
            guard self.lanes[appointment.lane].appointment == appointment.time else { continue }
            self.lanes[appointment.lane].appointment = nil
            self.makeReady(appointment.lane)
        }
        var actions: [Action] = []
        if let retry = self.retryUnsettledAt, retry <= now {
            self.retryUnsettledAt = nil
            actions = self.unsettled.compactMap { self.running[$0]?.settlement }
            self.unsettled = []
        }
        return actions + self.work(now: now, policies: policies)
    }

    /// A delivery has ended.
    ///
    /// An id that is not being delivered is not an error.
    mutating func ended(_ id: Int64, _ verdict: AsyncVerdict, now: Int64, policies: Policies) -> [Action] {
        guard let delivery = self.running[id], delivery.settlement == nil else { return [] }
        let lane = delivery.lane
        let policy = policies(self.lanes[lane].target)
        self.deliveringBytes -= delivery.event.payloadBytes
        switch verdict {
        case .handled, .failed, .hopeless, .vanished: self.lanes[lane].noteEnd(self.configuration)
        case .refused: break
        }

        var actions: [Action] = []
        switch verdict {
        case .vanished:
            self.release(id)
        case .handled:
            actions.append(self.settle(id, .delete(id: id)))
        case .hopeless(let reason, let error):
            actions.append(self.settle(id, self.burial(delivery.event, lane, reason, error, now: now)))
        case .failed(let error):
            actions.append(self.settle(id, self.afterFailure(delivery.event, lane, error, policy: policy, now: now)))
        case .refused(.throttled(.reservedFunctionConcurrentInvocationLimitExceeded))
        where policy?.isSwitchedOff == true:
            actions.append(self.settle(id, self.burial(delivery.event, lane, .zeroReservedConcurrency, now: now)))
        case .refused(let refusal):
            self.release(id)
            self.lanes[lane].noteRefusal(self.configuration, now: now)
            var event = delivery.event
            event.noteRefusal(refusal, self.configuration, now: now)
            self.wait(event, lane: lane, policy: policy, now: now)
        }
        return actions + self.work(now: now, policies: policies)
    }

    /// The store has confirmed what was decided about an event.
    mutating func settled(_ id: Int64, now: Int64, policies: Policies) -> [Action] {
        guard let ended = self.running[id], let settlement = ended.settlement else { return [] }
        self.release(id)
        if case .reschedule(_, let failedAttempts, let time, _) = settlement {
            var event = ended.event
            event.noteFailure(failedAttempts: failedAttempts, nextAttemptAt: time)
            self.wait(event, lane: ended.lane, policy: policies(self.lanes[ended.lane].target), now: now)
        }
        return self.work(now: now, policies: policies)
    }

    /// The store could not do it: it is asked again after a while.
    ///
    /// While stopping, the next run finds the event again.
    mutating func notSettled(_ id: Int64, now: Int64) {
        guard self.running[id]?.settlement != nil else { return }
        guard !self.isStopping else {
            self.release(id)
            return
        }
        self.unsettled.append(id)
        if self.retryUnsettledAt == nil { self.retryUnsettledAt = now + self.configuration.storeRetryMilliseconds }
    }

    /// Starts nothing any more; what runs is still to be ended and settled.
    mutating func stop() {
        self.isStopping = true
        for id in self.unsettled { self.release(id) }
        self.unsettled = []
        self.retryUnsettledAt = nil
    }

    // MARK: - Lanes

    private mutating func lane(of target: AsyncTarget) -> Int {
        if let lane = self.laneOfTarget[target] { return lane }
        var new = AsyncLane(target: target, limit: self.configuration.maximumInFlightPerFunction)
        let lane: Int
        if let free = self.freeLanes.popLast() {
            lane = free
            // An appointment of the lane's former target may still stand in the agenda; it is told by its time.
            new.isQueuedAsBlocked = self.lanes[lane].isQueuedAsBlocked
            self.lanes[lane] = new
        } else {
            lane = self.lanes.count
            self.lanes.append(new)
        }
        self.laneOfTarget[target] = lane
        return lane
    }

    private mutating func wait(_ event: AsyncWaitingEvent, lane: Int, policy: AsyncPolicy?, now: Int64) {
        var event = event
        event.key = event.dueTime(policy: policy, now: now)
        self.lanes[lane].waiting.insert(event)
        self.waitingCount += 1
        self.makeReady(lane)
    }

    private mutating func release(_ id: Int64) {
        guard let ended = self.running.removeValue(forKey: id) else { return }
        self.lanes[ended.lane].busy -= 1
        self.makeReady(ended.lane)
    }

    private mutating func makeReady(_ lane: Int) {
        switch self.lanes[lane].place {
        case .none: break
        case .ready: return
        // It keeps its turn, unless it has come to be allowed one delivery whatever the others have.
        case .blocked: guard self.lanes[lane].busy == 0 else { return }
        }
        self.lanes[lane].place = .ready
        self.ready.append(lane)
    }

    private mutating func block(_ lane: Int) {
        self.lanes[lane].place = .blocked
        guard !self.lanes[lane].isQueuedAsBlocked else { return }
        self.lanes[lane].isQueuedAsBlocked = true
        self.blocked.append(lane)
    }

    private mutating func makeAppointment(_ lane: Int, at time: Int64) {
        if let earlier = self.lanes[lane].appointment, earlier <= time { return }
        self.lanes[lane].appointment = time
        self.agenda.insert(Appointment(time: time, lane: lane))
    }

    private var hasRoom: Bool {
        self.running.count < self.configuration.maximumInFlight
            && self.deliveringBytes < self.configuration.maximumInFlightBytes
    }

    // MARK: - Starting

    /// Lets lanes start events in turn until none can.
    private mutating func work(now: Int64, policies: Policies) -> [Action] {
        guard !self.isStopping else { return [] }
        var actions: [Action] = []
        while true {
            let lane: Int
            let mayTakeRoom: Bool
            if let first = self.ready.popFirst() {
                // Those that were blocked before come first.
                (lane, mayTakeRoom) = (first, self.blocked.isEmpty && self.hasRoom)
            } else if self.hasRoom, let first = self.blocked.popFirst() {
                (lane, mayTakeRoom) = (first, true)
                self.lanes[lane].isQueuedAsBlocked = false
                guard self.lanes[lane].place == .blocked else { continue }
            } else {
                return actions
            }
            self.lanes[lane].place = .none
            if let action = self.step(lane, mayTakeRoom: mayTakeRoom, now: now, policies: policies) {
                actions.append(action)
            }
        }
    }

    /// Does one thing for a lane, and places it where it is found when the next is to be done.
    private mutating func step(_ lane: Int, mayTakeRoom: Bool, now: Int64, policies: Policies) -> Action? {
        guard let event = self.lanes[lane].waiting.first else {
            if self.lanes[lane].busy == 0 { self.free(lane) }
            return nil
        }
        guard event.key <= now else {
            self.makeAppointment(lane, at: event.key)
            return nil
        }
        // At the limit there is nothing to wait for but an end, which makes the lane ready again.
        guard self.lanes[lane].busy < self.configuration.maximumInFlightPerFunction else { return nil }
        let policy = policies(self.lanes[lane].target)
        if let reason = event.deathReason(policy: policy, now: now) {
            self.take(lane)
            self.running[event.id] = Running(lane: lane, event: event)
            return self.settle(event.id, self.burial(event, lane, reason, now: now))
        }
        guard event.nextAttemptAt <= now else {
            // It was to be given up now, and its function has come to allow a greater age.
            self.lanes[lane].waiting.removeFirst()
            self.waitingCount -= 1
            self.wait(event, lane: lane, policy: policy, now: now)
            return nil
        }
        guard self.lanes[lane].pausedUntil <= now else {
            self.makeAppointment(lane, at: self.lanes[lane].pausedUntil)
            return nil
        }
        guard self.lanes[lane].busy < self.lanes[lane].limit else { return nil }
        guard mayTakeRoom || self.lanes[lane].busy == 0 else {
            self.block(lane)
            return nil
        }
        self.take(lane)
        self.deliveringBytes += event.payloadBytes
        self.running[event.id] = Running(lane: lane, event: event)
        return .deliver(id: event.id, attempt: event.failedAttempts + 1)
    }

    /// Takes the lane's first event out and lets the lane have another turn.
    private mutating func take(_ lane: Int) {
        self.lanes[lane].waiting.removeFirst()
        self.waitingCount -= 1
        self.lanes[lane].busy += 1
        self.makeReady(lane)
    }

    private mutating func free(_ lane: Int) {
        guard self.laneOfTarget.removeValue(forKey: self.lanes[lane].target) != nil else { return }
        let isQueuedAsBlocked = self.lanes[lane].isQueuedAsBlocked
        self.lanes[lane] = AsyncLane(target: AsyncTarget(function: ""), limit: 0)
        self.lanes[lane].isQueuedAsBlocked = isQueuedAsBlocked
        self.freeLanes.append(lane)
    }

    // MARK: - Ending

    private mutating func settle(_ id: Int64, _ settlement: Action) -> Action {
        self.running[id]?.settlement = settlement
        return settlement
    }

    private func burial(
        _ event: AsyncWaitingEvent, _ lane: Int, _ reason: AsyncDeath.Reason, _ error: AsyncDeliveryError? = nil,
        now: Int64
    ) -> Action {
        .bury(
            id: event.id, function: self.lanes[lane].target.function,
            AsyncDeath(
                reason: reason, lastError: error ?? event.lastRefusal?.error, failedAttempts: event.failedAttempts,
                diedAtMilliseconds: now))
    }

    private func afterFailure(
        _ event: AsyncWaitingEvent, _ lane: Int, _ error: AsyncDeliveryError, policy: AsyncPolicy?, now: Int64
    ) -> Action {
        var failed = event
        failed.failedAttempts += 1
        guard let policy else { return self.burial(failed, lane, .functionNotFound, error, now: now) }
        guard failed.failedAttempts <= policy.maximumRetryAttempts else {
            return self.burial(failed, lane, .retriesExhausted, error, now: now)
        }
        let delays = self.configuration.retryDelaysMilliseconds
        let delay = delays[min(event.failedAttempts, delays.count - 1)]
        return .reschedule(
            id: event.id, failedAttempts: failed.failedAttempts, atMilliseconds: now + delay, error: error)
    }
}

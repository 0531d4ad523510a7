import BrasaModel
import Logging
import NIOCore

/// Does what the state machine decides: reads and changes the store, invokes, keeps the time.
///
/// On the event loop only.
final class AsyncDeliveryDriver {
    /// Longest sleep: NIO's timers stand still while the machine is suspended, and ages do not.
    private static let longestSleepMilliseconds: Int64 = 60_000

    private let eventLoop: any EventLoop
    private let invoker: any Invoker
    private let store: any AsyncEventStore
    private let configuration: AsyncDeliveryConfiguration
    private let clock: AsyncDeliveryClock
    private let logger: Logger
    private let policies: (AsyncTarget) -> AsyncPolicy?
    /// Added to the steady clock gives the machine's time, which was the wall clock's when this was made.
    private let epochMilliseconds: Int64

    private var machine: AsyncDeliveryStateMachine
    private var statistics = AsyncDeliveryStatistics()
    private var alarm: (time: Int64, task: Scheduled<Void>)?
    private var isStoreFailing = false
    private var isStopping = false
    private var stopWaiters: [() -> Void] = []

    init(
        eventLoop: any EventLoop, invoker: any Invoker, store: any AsyncEventStore,
        configuration: AsyncDeliveryConfiguration, clock: AsyncDeliveryClock, logger: Logger,
        policies: @escaping (AsyncTarget) -> AsyncPolicy?
    ) {
        self.eventLoop = eventLoop
        self.invoker = invoker
        self.store = store
        self.configuration = configuration
        self.clock = clock
        self.logger = logger
        self.policies = policies
        self.epochMilliseconds = clock.wallMilliseconds() - clock.steadyMilliseconds()
        self.machine = AsyncDeliveryStateMachine(configuration: configuration)
    }

    private var now: Int64 { self.clock.steadyMilliseconds() + self.epochMilliseconds }

    /// Time of the machine's clock as the wall clock's, which may have been set since.
    private func wallTime(_ time: Int64) -> Int64 { time - self.now + self.clock.wallMilliseconds() }

    var currentStatistics: AsyncDeliveryStatistics {
        var statistics = self.statistics
        statistics.waiting = self.machine.waitingCount
        statistics.running = self.machine.runningCount
        return statistics
    }

    // MARK: - Inputs

    /// Reads what earlier runs have left, page by page.
    func start(after id: Int64 = 0, _ completion: @escaping @Sendable (Result<Void, any Error>) -> Void) {
        let limit = self.configuration.loadPageSize
        self.store.earlierEvents(
            after: id, limit: limit,
            completion: self.onLoop { driver, result in
                switch result {
                case .failure(let error):
                    completion(.failure(error))
                case .success(let summaries):
                    driver.perform(driver.machine.stored(summaries, now: driver.now, policies: driver.policies))
                    guard let last = summaries.last, summaries.count == limit, !driver.isStopping else {
                        completion(.success(()))
                        return
                    }
                    driver.start(after: last.id, completion)
                }
            })
    }

    /// An event was stored.
    ///
    /// Its contents are used if it is delivered now, and else read again when it is due.
    func stored(_ id: Int64, _ event: Event) {
        let now = self.now
        let summary = AsyncEventSummary(
            id: id, function: event.function, qualifier: event.qualifier ?? VersionKey.latest,
            payloadBytes: event.payload.readableBytes, storedAtMilliseconds: now,
            nextAttemptMilliseconds: now)
        self.perform(self.machine.stored([summary], now: now, policies: self.policies), inHand: (id, event))
    }

    /// Starts nothing any more and calls back when nothing runs.
    func stop(_ completion: @escaping () -> Void) {
        self.isStopping = true
        self.machine.stop()
        self.stopWaiters.append(completion)
        self.alarm?.task.cancel()
        self.alarm = nil
        self.endIfQuiet()
    }

    fileprivate func ended(_ id: Int64, _ verdict: AsyncVerdict) {
        switch verdict {
        case .refused: self.statistics.refusals += 1
        case .handled, .failed, .hopeless, .vanished: break
        }
        self.perform(self.machine.ended(id, verdict, now: self.now, policies: self.policies))
    }

    private func wakeUp() {
        self.alarm = nil
        self.perform(self.machine.advance(now: self.now, policies: self.policies))
    }

    // MARK: - Actions

    private func perform(_ actions: [AsyncDeliveryStateMachine.Action], inHand: (id: Int64, event: Event)? = nil) {
        var wanted: [Int64: Int] = [:]
        for action in actions {
            switch action {
            case .deliver(let id, let attempt):
                if let inHand, inHand.id == id {
                    self.deliver(id, inHand.event, attempt: attempt)
                } else {
                    wanted[id] = attempt
                }
            case .delete(let id):
                self.store.delete(id, completion: self.settle(id) { driver, _ in driver.statistics.handled += 1 })
            case .reschedule(let id, let failedAttempts, let time, let error):
                self.store.reschedule(
                    id, failedAttempts: failedAttempts, nextAttemptMilliseconds: self.wallTime(time), lastError: error,
                    completion: self.settle(id) { driver, _ in driver.statistics.retries += 1 })
            case .bury(let id, let function, var death):
                death.diedAtMilliseconds = self.wallTime(death.diedAtMilliseconds)
                self.store.bury(
                    id, death,
                    completion: self.settle(id) { [death] driver, requestID in
                        driver.noteDeath(death, function: function, requestID: requestID)
                    })
            }
        }
        if !wanted.isEmpty { self.load(wanted) }
        self.setAlarm()
        self.endIfQuiet()
    }

    /// Reads events that are due and delivers them; `wanted` are their attempt numbers by id.
    private func load(_ wanted: [Int64: Int]) {
        self.store.contents(
            of: wanted.keys.sorted(),
            completion: self.onLoop { driver, result in
                driver.noteStore(result)
                for (id, attempt) in wanted.sorted(by: { $0.key < $1.key }) {
                    switch result.map({ $0[id] }) {
                    case .success(.event(let event)):
                        driver.deliver(id, event, attempt: attempt)
                    case .success(.damaged(let finding)):
                        driver.ended(
                            id,
                            .hopeless(
                                .eventDamaged,
                                AsyncDeliveryError(
                                    errorType: "EventDamaged", message: "The stored event cannot be read: \(finding).")
                            ))
                    case .success(nil):
                        driver.ended(id, .vanished)
                    case .failure:
                        driver.ended(id, .refused(.host))
                    }
                }
            })
    }

    private func deliver(_ id: Int64, _ event: Event, attempt: Int) {
        var event = event
        event.attempt = attempt
        event.wantsLogTail = false
        self.statistics.deliveries += 1
        self.invoker.invoke(event, responder: DeliveryResponder(id: id, driver: self))
    }

    private func noteDeath(_ death: AsyncDeath, function: String, requestID: RequestID?) {
        self.statistics.deaths[death.reason, default: 0] += 1
        self.logger.warning(
            "Gave up an asynchronous event.",
            metadata: [
                "request.id": "\(requestID?.description ?? "unknown")", "function.name": "\(function)",
                "reason": "\(death.reason.rawValue)", "failed.attempts": "\(death.failedAttempts)",
                "error.type": "\(death.lastError?.errorType ?? "none")",
            ])
    }

    // MARK: - Store

    /// A completion for a change to the store.
    private func settle<Value: Sendable>(
        _ id: Int64, _ onSuccess: @escaping @Sendable (AsyncDeliveryDriver, Value) -> Void
    ) -> @Sendable (Result<Value, any Error>) -> Void {
        self.onLoop { driver, result in
            driver.noteStore(result)
            switch result {
            case .success(let value):
                onSuccess(driver, value)
                driver.perform(driver.machine.settled(id, now: driver.now, policies: driver.policies))
            case .failure:
                driver.machine.notSettled(id, now: driver.now)
                driver.perform([])
            }
        }
    }

    /// Logs when the store begins to fail and when it works again, not each failure in between.
    private func noteStore<Value>(_ result: Result<Value, any Error>) {
        switch result {
        case .success:
            guard self.isStoreFailing else { return }
            self.isStoreFailing = false
            self.logger.notice("The store of asynchronous events works again.")
        case .failure(let error):
            guard !self.isStoreFailing else { return }
            self.isStoreFailing = true
            self.logger.error(
                "The store of asynchronous events fails; deliveries wait until it works again.",
                metadata: ["error": "\(error)"])
        }
    }

    private func onLoop<Value: Sendable>(
        _ body: @escaping @Sendable (AsyncDeliveryDriver, Result<Value, any Error>) -> Void
    ) -> @Sendable (Result<Value, any Error>) -> Void {
        let driver = NIOLoopBound(self, eventLoop: self.eventLoop)
        return { [eventLoop] result in
            eventLoop.execute { body(driver.value, result) }
        }
    }

    // MARK: - Time

    private func setAlarm() {
        guard !self.isStopping, let time = self.machine.nextWake else { return }
        if let alarm = self.alarm {
            // A later time is seen when the alarm goes off.
            guard time < alarm.time else { return }
            alarm.task.cancel()
        }
        let sleep = min(max(time - self.now, 0), Self.longestSleepMilliseconds)
        let driver = NIOLoopBound(self, eventLoop: self.eventLoop)
        let task = self.eventLoop.scheduleTask(in: .milliseconds(sleep)) { driver.value.wakeUp() }
        self.alarm = (time, task)
    }

    private func endIfQuiet() {
        guard self.isStopping, self.machine.runningCount == 0 else { return }
        let waiters = self.stopWaiters
        self.stopWaiters = []
        for waiter in waiters { waiter() }
    }
}

/// Waits for the end of one delivery.
///
/// Nobody reads the answer.
private final class DeliveryResponder: Responder {
    private let id: Int64
    private let driver: AsyncDeliveryDriver

    init(id: Int64, driver: AsyncDeliveryDriver) {
        self.id = id
        self.driver = driver
    }

    func begin(metadata: [MetadataPair], stream: any ReplyStream) {}

    func write(_ chunk: ByteBuffer) -> Bool { true }

    func complete(_ outcome: Outcome) {
        self.driver.ended(self.id, AsyncVerdict(outcome))
    }
}

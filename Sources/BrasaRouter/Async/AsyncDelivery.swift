package import BrasaModel
package import Logging
package import NIOCore

/// Stores events whose caller does not wait, and delivers them until the function has handled them or they are given up.
///
/// An event is delivered at least once: one that was on its way when the host was killed is delivered again, with the same
/// request id and attempt number. Retries, ages and deaths: see `AsyncDeliveryStateMachine` and `AsyncDeath.Reason`.
/// Every death is one line of the log.
///
/// In memory are a few dozen bytes per stored event, and the payloads of those on their way.
package final class AsyncDelivery: AsyncInvoker {
    private let eventLoop: any EventLoop
    private let store: any AsyncEventStore
    private let clock: AsyncDeliveryClock
    let driver: NIOLoopBound<AsyncDeliveryDriver>

    /// Prepares delivery; nothing is delivered before `start()`.
    ///
    /// Call on the engine's event loop.
    ///
    /// - Parameters:
    ///   - invoker: answers the events; called on `eventLoop`.
    ///   - entry: a function's entry of the present routing table, nil when there is no such function: its events are then
    ///     given up. Called on `eventLoop`.
    ///   - isSwitchedOff: whether the function's reserved concurrency is 0: its events are then given up. Called on
    ///     `eventLoop`.
    package init(
        eventLoop: any EventLoop, invoker: any Invoker, store: any AsyncEventStore,
        configuration: AsyncDeliveryConfiguration = AsyncDeliveryConfiguration(),
        clock: AsyncDeliveryClock = .system, logger: Logger,
        entry: @escaping (String) -> RoutingTable.Entry?, isSwitchedOff: @escaping (String) -> Bool
    ) {
        eventLoop.preconditionInEventLoop()
        self.eventLoop = eventLoop
        self.store = store
        self.clock = clock
        let driver = AsyncDeliveryDriver(
            eventLoop: eventLoop, invoker: invoker, store: store, configuration: configuration, clock: clock,
            logger: logger,
            policies: { target in
                entry(target.function).map { entry in
                    let limits = entry.asyncLimits[target.qualifier] ?? RoutingTable.AsyncLimits()
                    return AsyncPolicy(
                        maximumRetryAttempts: limits.maximumRetryAttempts,
                        maximumAgeMilliseconds: Int64(limits.maximumEventAgeSeconds) * 1_000,
                        isSwitchedOff: isSwitchedOff(target.function))
                }
            })
        self.driver = NIOLoopBound(driver, eventLoop: eventLoop)
    }

    /// Takes over what earlier runs have left and begins to deliver.
    ///
    /// Once, and only when the routing table is filled: events of functions that it does not know are given up.
    /// Deliveries begin while the rest is still being read.
    ///
    /// - Throws: when the store cannot be read.
    package func start() async throws {
        try await withCheckedThrowingContinuation { continuation in
            self.onLoop { $0.start { continuation.resume(with: $0) } }
        }
    }

    package func enqueue(_ event: Event) async throws {
        try await withCheckedThrowingContinuation { continuation in
            self.enqueue(event) { continuation.resume(with: $0) }
        }
    }

    /// The same for callers that cannot wait.
    ///
    /// `completion` is called exactly once, on a thread it must not block.
    package func enqueue(_ event: Event, completion: @escaping @Sendable (Result<Void, any Error>) -> Void) {
        let time = self.clock.wallMilliseconds()
        self.store.insert(event, storedAtMilliseconds: time) { result in
            // The caller need not wait for the loop: whatever happens from here on, the event is stored.
            completion(result.map { _ in })
            guard case .success(let id) = result else { return }
            self.onLoop { $0.stored(id, event) }
        }
    }

    /// Starts no delivery any more and returns once those on their way have ended and this is stored.
    ///
    /// Events are still accepted and stored; the next run delivers them. Idempotent.
    package func stop() async {
        await withCheckedContinuation { continuation in
            self.onLoop { $0.stop { continuation.resume() } }
        }
    }

    /// What has happened since the start.
    package func statistics() async -> AsyncDeliveryStatistics {
        await withCheckedContinuation { continuation in
            self.onLoop { continuation.resume(returning: $0.currentStatistics) }
        }
    }

    private func onLoop(_ body: @escaping @Sendable (AsyncDeliveryDriver) -> Void) {
        self.eventLoop.execute { [driver] in body(driver.value) }
    }
}

/// Counts of asynchronous delivery.
package struct AsyncDeliveryStatistics: Sendable, Hashable {
    /// Events stored and not on their way, now.
    package var waiting = 0
    /// Events on their way or being settled, now.
    package var running = 0
    /// Deliveries since the start of the host, of any attempt.
    package var deliveries = 0
    /// Events that were handled.
    package var handled = 0
    /// Attempts that failed and are to be repeated.
    package var retries = 0
    /// Deliveries that were refused by a throttle or an error of the host.
    package var refusals = 0
    /// Events that were given up, by reason.
    package var deaths: [AsyncDeath.Reason: Int] = [:]
}

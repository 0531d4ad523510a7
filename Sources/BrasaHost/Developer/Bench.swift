import BrasaAWS
import BrasaBench
import BrasaModel
import BrasaPool
import BrasaRouter
import FoundationEssentials
import NIOCore

/// Measures functions inside the host.
struct Bench: Sendable {
    let control: any FunctionControl
    let router: NIOLoopBound<Router>
    let engine: NIOLoopBound<Engine>
    let payloadLimitBytes: Int

    /// Runs an order; cancelled with its task.
    ///
    /// - Throws: `LambdaError` when it makes no sense, `CatalogError` when there is no such function.
    func run(
        _ order: BenchOrder, onStart: @Sendable () -> Void, onProgress: @escaping @Sendable (LoadProgress) -> Void
    ) async throws -> LoadResult {
        try self.check(order)
        _ = try await self.control.describe(function: order.function, qualifier: order.qualifier)
        onStart()
        if order.kind == .observe { return try await self.observe(order) }
        let loop = self.router.eventLoop
        let router = self.router
        let events = order.events.isEmpty ? [ByteBuffer(string: "{}")] : order.events.map { ByteBuffer(bytes: $0) }
        let driver = try await loop.submit {
            let driver = LoadDriver(
                order.plan, loop: loop, function: order.function, events: events,
                invoke: { event, responder in
                    var event = event
                    event.qualifier = order.qualifier
                    router.value.invoke(event, responder: responder)
                }, onProgress: onProgress)
            return NIOLoopBound(driver, eventLoop: loop)
        }.get()
        return try await withTaskCancellationHandler {
            try await loop.flatSubmit { driver.value.start() }.get()
        } onCancel: {
            loop.execute { driver.value.cancel() }
        }
    }

    private func observe(_ order: BenchOrder) async throws -> LoadResult {
        let engine = self.engine
        let loop = engine.eventLoop
        let observer = try await loop.submit {
            let observer = LoadObserver(order.plan, loop: loop, function: order.function)
            engine.value.add(observer)
            return NIOLoopBound(observer, eventLoop: loop)
        }.get()
        defer { loop.execute { engine.value.remove(observer.value) } }
        return try await withTaskCancellationHandler {
            try await loop.flatSubmit { observer.value.start() }.get()
        } onCancel: {
            loop.execute { observer.value.cancel() }
        }
    }

    private func check(_ order: BenchOrder) throws {
        let plan = order.plan
        guard (1...1_000).contains(plan.connections) else {
            throw LambdaError.invalidParameter("connections is \(plan.connections); allowed is 1 to 1000.")
        }
        if let rate = plan.ratePerSecond, !(rate > 0 && rate <= 1_000_000) {
            throw LambdaError.invalidParameter("ratePerSecond is \(rate); allowed is more than 0, up to 1000000.")
        }
        let hour: UInt64 = 3_600_000_000_000
        guard (1...hour).contains(plan.durationNanoseconds), plan.warmUpNanoseconds <= hour else {
            throw LambdaError.invalidParameter("The time to measure is allowed to be up to an hour, and not 0.")
        }
        guard (1...100).contains(plan.rounds) else {
            throw LambdaError.invalidParameter("rounds is \(plan.rounds); allowed is 1 to 100.")
        }
        for event in order.events where event.count > self.payloadLimitBytes {
            throw LambdaError.tooLarge(
                "An event of \(event.count) bytes is over the limit of \(self.payloadLimitBytes) bytes.")
        }
    }
}

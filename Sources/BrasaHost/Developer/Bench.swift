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
    let candidates: Candidates
    let router: NIOLoopBound<Router>
    let engine: NIOLoopBound<Engine>
    let payloadLimitBytes: Int

    /// What is called.
    private enum Target: Sendable {
        /// Whatever the names of the order stand for at each call.
        case name
        case version(FunctionVersion)
    }

    /// Runs an order; cancelled with its task.
    ///
    /// - Parameter onStart: called once nothing about the order is refused any more.
    /// - Throws: `LambdaError` when it makes no sense, `CatalogError` when there is no such function.
    func run(
        _ order: BenchOrder, onStart: @Sendable () -> Void, onProgress: @escaping @Sendable (LoadProgress) -> Void
    ) async throws -> LoadResult {
        try self.check(order)
        let version = try await self.version(of: order)
        switch order.kind {
        case .observe:
            onStart()
            return try await self.observe(order)
        case .warm:
            onStart()
            return try await self.load(order, order.candidate == nil ? .name : .version(version), onProgress)
        case .cold:
            return try await self.cold(order, version, onStart, onProgress)
        }
    }

    private func version(of order: BenchOrder) async throws -> FunctionVersion {
        if let name = order.candidate {
            guard let candidate = await self.candidates.candidate(name) else {
                throw LambdaError.notFound("Candidate not found: \(name)")
            }
            return candidate.version
        }
        _ = try await self.control.describe(function: order.function, qualifier: order.qualifier)
        return try await self.candidates.live(order.function, qualifier: order.qualifier)
    }

    // MARK: - Calls

    private func load(
        _ order: BenchOrder, _ target: Target, _ onProgress: @escaping @Sendable (LoadProgress) -> Void
    ) async throws -> LoadResult {
        let (router, engine) = (self.router, self.engine)
        let loop = router.eventLoop
        let events = order.events.isEmpty ? [ByteBuffer(string: "{}")] : order.events.map { ByteBuffer(bytes: $0) }
        let driver = try await loop.submit {
            let driver = LoadDriver(
                order.plan, loop: loop, function: order.function, events: events,
                invoke: { event, responder in
                    switch target {
                    case .name:
                        // Past the recorder: a load would leave nothing else on record.
                        var event = event
                        event.qualifier = order.qualifier
                        guard let version = router.value.version(for: event) else {
                            responder.complete(Outcome(requestID: event.requestID, result: .failure(.notFound(event))))
                            return
                        }
                        engine.value.run(Invocation(event: event, version: version), responder: responder)
                    case .version(let version):
                        engine.value.run(Invocation(event: event, version: version), responder: responder)
                    }
                }, onProgress: onProgress)
            return NIOLoopBound(driver, eventLoop: loop)
        }.get()
        return try await withTaskCancellationHandler {
            try await loop.flatSubmit { driver.value.start() }.get()
        } onCancel: {
            loop.execute { driver.value.cancel() }
        }
    }

    /// The same code again, but so that no instance answers twice and none is made ahead of need.
    private func cold(
        _ order: BenchOrder, _ version: FunctionVersion, _ onStart: @Sendable () -> Void,
        _ onProgress: @escaping @Sendable (LoadProgress) -> Void
    ) async throws -> LoadResult {
        func makeCold(_ settings: inout FunctionSettings) {
            settings.retireAfterInvocations = 1
            settings.spareInstances = 0
        }
        var starts: [VersionStartPhases] = []
        for _ in 1..<order.starts {
            try Task.checkCancellation()
            let start = try await self.candidates.with(beside: version, change: makeCold) { $0.start }
            if let start { starts.append(start) }
        }
        return try await self.candidates.with(beside: version, change: makeCold) { candidate in
            onStart()
            if let start = candidate.start { starts.append(start) }
            var result = try await self.load(order, .version(candidate.version), onProgress)
            result.starts = starts
            return result
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

    // MARK: - Limits

    private func check(_ order: BenchOrder) throws {
        let plan = order.plan
        guard (1...1_000).contains(plan.connections) else {
            throw LambdaError.invalidParameter("connections is \(plan.connections); allowed is 1 to 1000.")
        }
        if let rate = plan.ratePerSecond, !(rate > 0 && rate <= 1_000_000) {
            throw LambdaError.invalidParameter("ratePerSecond is \(rate); allowed is more than 0, up to 1000000.")
        }
        let hour: UInt64 = 3_600_000_000_000
        guard (1...hour).contains(plan.durationNanoseconds), plan.warmUpNanoseconds <= hour,
            plan.pauseNanoseconds <= hour
        else {
            throw LambdaError.invalidParameter("The time to measure is allowed to be up to an hour, and not 0.")
        }
        guard (1...100).contains(plan.rounds) else {
            throw LambdaError.invalidParameter("rounds is \(plan.rounds); allowed is 1 to 100.")
        }
        guard (1...100).contains(order.starts) else {
            throw LambdaError.invalidParameter("starts is \(order.starts); allowed is 1 to 100.")
        }
        for event in order.events where event.count > self.payloadLimitBytes {
            throw LambdaError.tooLarge(
                "An event of \(event.count) bytes is over the limit of \(self.payloadLimitBytes) bytes.")
        }
    }
}

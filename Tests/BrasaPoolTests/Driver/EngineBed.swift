import BrasaModel
import BrasaPool
import BrasaTesting
import Logging
import NIOCore
import NIOPosix

/// An engine with real workers and the services a test gives it.
struct EngineBed {
    private let loop: any EventLoop
    private let engine: NIOLoopBound<Engine>
    private let group: MultiThreadedEventLoopGroup
    private let threads: NIOThreadPool

    /// Runs `body` and ends all processes afterwards.
    static func with(_ services: any ServicePerformer, _ body: (EngineBed) async throws -> Void) async throws {
        let bed = try await EngineBed(services)
        do {
            try await body(bed)
        } catch {
            try await bed.stop()
            throw error
        }
        try await bed.stop()
    }

    private init(_ services: any ServicePerformer) async throws {
        self.group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        self.threads = NIOThreadPool(numberOfThreads: 1)
        self.threads.start()
        let (loop, threads) = (self.group.next(), self.threads)
        self.loop = loop
        let settings = EngineSettings(
            workerPath: WorkerProgram.path, scratchFolder: try FixtureLibrary.makeFolder() + "/scratch", parallelism: 2)
        // Control groups are the process's, and engines of other tests would take them along when they end.
        let cap = try MemoryCapProbe.find(.rlimit).cap
        self.engine = try await loop.submit {
            let engine = Engine(
                loop: loop, threads: threads, settings: settings, cap: cap, log: LogBook(renderer: NoText()),
                services: services, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            return NIOLoopBound(engine, eventLoop: loop)
        }.get()
        try await loop.flatSubmit { [engine] in engine.value.start() }.get()
    }

    private func stop() async throws {
        try await self.loop.flatSubmit { [engine] in engine.value.stop() }.get()
        try await self.threads.shutdownGracefully()
        try await self.group.shutdownGracefully()
    }

    /// Starts a fixture as a function.
    func start(_ fixture: String, timeoutMilliseconds: Int = 20_000) async throws -> FunctionVersion {
        var settings = FunctionSettings()
        settings.timeoutMilliseconds = timeoutMilliseconds
        let version = FunctionVersion(
            key: VersionKey(function: fixture), codeSHA256: String(repeating: "0", count: 64), codeSizeBytes: 0,
            libraryPath: try FixtureLibrary.build(fixture), settings: settings)
        let runner = try await self.loop.submit { [engine] in engine.value.runner }.get()
        guard case .ready = await runner.start(version) else { throw HarnessError("\(fixture) does not start.") }
        return version
    }

    /// Invokes a version.
    ///
    /// - Returns: the text of its reply.
    func reply(_ version: FunctionVersion, _ event: String) async throws -> String {
        let outcome = try await self.invoke(version, event)
        guard case .reply(let reply) = outcome.result else {
            throw HarnessError("\(event) ended with \(outcome.result).")
        }
        return String(buffer: reply.body)
    }

    /// Invokes a version.
    ///
    /// - Parameter responder: made on the loop; has to complete the promise.
    func invoke(
        _ version: FunctionVersion, _ event: String,
        responder: @escaping @Sendable (EventLoopPromise<Outcome>) -> any Responder = { PromisedOutcome($0) }
    ) async throws -> Outcome {
        try await self.loop.flatSubmit { [engine, loop] in
            let promise = loop.makePromise(of: Outcome.self)
            let event = Event(
                requestID: RequestID(), function: version.key.function, trigger: .invoke,
                payload: ByteBuffer(string: event))
            engine.value.run(Invocation(event: event, version: version), responder: responder(promise))
            return promise.futureResult
        }.get()
    }
}

/// Hands an outcome to a promise.
private final class PromisedOutcome: Responder {
    private let promise: EventLoopPromise<Outcome>

    init(_ promise: EventLoopPromise<Outcome>) {
        self.promise = promise
    }

    func begin(metadata: [MetadataPair], stream: any ReplyStream) {}

    func write(_ chunk: ByteBuffer) -> Bool { true }

    func complete(_ outcome: Outcome) {
        self.promise.succeed(outcome)
    }
}

/// Log lines that nobody reads.
private struct NoText: LogRenderer {
    func start(_ requestID: RequestID, version: String) -> String { "" }
    func end(_ requestID: RequestID) -> String { "" }
    func report(_ requestID: RequestID, _ report: InvocationReport, failure: Failure?) -> String { "" }
    func initReport(durationNanoseconds: Int64, phase: String, failure: Failure) -> String { "" }
}

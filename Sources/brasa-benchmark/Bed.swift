import BrasaModel
import BrasaPool
import BrasaRouter
import BrasaServices
import BrasaTesting
import Foundation
import Logging
import NIOCore
import NIOPosix

/// Router and engine on an event loop, as a host composes them; without ports, catalog and folder watching.
struct Bed: Sendable {
    /// A version that would not start.
    struct NotReady: Error, CustomStringConvertible {
        let description: String
    }

    let loop: any EventLoop
    let engine: NIOLoopBound<Engine>
    let router: NIOLoopBound<Router>
    let runner: EngineRunner
    private let group: MultiThreadedEventLoopGroup
    private let threads: NIOThreadPool
    private let folder: String

    /// Makes and starts them; functions may ask `services`.
    static func make(
        programs: Programs, services: any ServicePerformer = ServiceDirectory([])
    ) async throws -> Bed {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let threads = NIOThreadPool(numberOfThreads: 2)
        threads.start()
        let folder = try FixtureLibrary.makeFolder()
        let loop = group.next()
        let cap = try MemoryCapProbe.find(.auto).cap
        let settings = EngineSettings(
            workerPath: programs.worker, scratchFolder: folder + "/scratch", accountConcurrency: 10_000,
            parallelism: System.coreCount)
        let (engine, router) = try await loop.submit {
            let engine = Engine(
                loop: loop, threads: threads, settings: settings, cap: cap, log: LogBook(renderer: PlainLog()),
                services: services, logger: Logger(label: "benchmark"))
            return (
                NIOLoopBound(engine, eventLoop: loop), NIOLoopBound(Router(runner: engine), eventLoop: loop)
            )
        }.get()
        try await loop.flatSubmit { engine.value.start() }.get()
        let runner = try await loop.submit { engine.value.runner }.get()
        return Bed(
            loop: loop, engine: engine, router: router, runner: runner, group: group, threads: threads, folder: folder)
    }

    /// Starts a function and routes its name to it.
    func serve(
        _ library: String, as name: String, _ change: (inout FunctionSettings) -> Void = { _ in }
    ) async throws -> FunctionVersion {
        var settings = FunctionSettings()
        settings.timeoutMilliseconds = 10_000
        change(&settings)
        let version = FunctionVersion(
            key: VersionKey(function: name), codeSHA256: String(repeating: "0", count: 64), codeSizeBytes: 0,
            libraryPath: library, settings: settings)
        guard case .ready = await self.runner.start(version) else {
            throw NotReady(description: "\(library) cannot be started as \(name).")
        }
        try await self.loop.submit {
            self.router.value.replace(RoutingTable(functions: [name: RoutingTable.Entry(latest: version)]))
        }.get()
        return version
    }

    /// Ends all processes.
    func stop() async throws {
        try await self.loop.flatSubmit { self.engine.value.stop() }.get()
        try await self.threads.shutdownGracefully()
        try await self.group.shutdownGracefully()
    }
}

/// The text of log lines that nobody reads.
private struct PlainLog: LogRenderer {
    func start(_ requestID: RequestID, version: String) -> String { "START" }
    func end(_ requestID: RequestID) -> String { "END" }
    func report(_ requestID: RequestID, _ report: InvocationReport, failure: Failure?) -> String { "REPORT" }
    func initReport(durationNanoseconds: Int64, phase: String, failure: Failure) -> String { "INIT" }
}

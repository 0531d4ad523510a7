import BrasaAWS
import BrasaGateway
import BrasaModel
import BrasaRouter
import ControlFixtures
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Runs what a test gives it; on the engine's loop.
final class ScriptedInvoker: Invoker {
    typealias Script = @Sendable (Event, any Responder) -> Void

    private let eventLoop: any EventLoop
    private let script: Script

    init(eventLoop: any EventLoop, script: @escaping Script) {
        self.eventLoop = eventLoop
        self.script = script
    }

    func invoke(_ event: Event, responder: any Responder) {
        self.eventLoop.preconditionInEventLoop()
        self.script(event, responder)
    }
}

/// Keeps the events it is given.
final class RecordingAsyncInvoker: AsyncInvoker {
    private let state = Mutex<[Event]>([])

    var events: [Event] { self.state.withLock { $0 } }

    func enqueue(_ event: Event) async throws {
        self.state.withLock { $0.append(event) }
    }
}

/// Lines in memory; waiting ends with the next `append`.
final class MemoryLogs: LogSource {
    private struct State {
        var lines: [LogLine] = []
        var waiting: [CheckedContinuation<Void, Never>] = []
        /// Lines appended as soon as somebody waits.
        var late: [String] = []
    }

    private let state = Mutex(State())

    func append(_ message: String) {
        let waiting = self.state.withLock { state in
            state.lines.append(Self.line(message, after: state.lines.count))
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func appendWhenAwaited(_ message: String) {
        self.state.withLock { $0.late.append(message) }
    }

    func lines(function: String, after: UInt64, limit: Int) async -> [LogLine] {
        self.state.withLock { Array($0.lines.filter { $0.sequence > after }.prefix(limit)) }
    }

    func waitForLines(function: String, after: UInt64, seconds: Double) async {
        let late = self.state.withLock { state in
            defer { state.late = [] }
            return state.late
        }
        for message in late { self.append(message) }
    }

    private static func line(_ message: String, after count: Int) -> LogLine {
        LogLine(
            sequence: UInt64(count + 1), timestampMilliseconds: 5, version: "$LATEST", requestID: nil, source: .log,
            level: "INFO", message: message)
    }
}

/// The API over a real catalog, on two real event loops: one for connections, one for the engine.
final class APIFixture: Sendable {
    let control: CatalogFixture
    let api: LambdaAPI
    let asyncInvoker = RecordingAsyncInvoker()
    let logs = MemoryLogs()
    let connectionLoop: any EventLoop
    let engineLoop: any EventLoop
    /// Two of them, also where there is one processor.
    private static let loops = MultiThreadedEventLoopGroup(numberOfThreads: 2)

    /// - Parameter sharesLoop: whether connections and engine are on one loop.
    init(
        sharesLoop: Bool = false, limits: LambdaLimits = LambdaLimits(),
        script: @escaping ScriptedInvoker.Script = { event, responder in
            responder.complete(
                Outcome(
                    requestID: event.requestID, executedVersion: "$LATEST",
                    result: .reply(Reply(metadata: [], body: event.payload))))
        }
    ) async throws {
        self.control = try await CatalogFixture()
        let engine = Self.loops.next()
        self.engineLoop = engine
        self.connectionLoop = sharesLoop ? engine : Self.loops.next()
        let invoker = try await engine.submit {
            NIOLoopBound<any Invoker>(ScriptedInvoker(eventLoop: engine, script: script), eventLoop: engine)
        }.get()
        self.api = LambdaAPI(
            control: self.control.catalog, invoker: invoker, asyncInvoker: self.asyncInvoker, logs: self.logs,
            deployer: NoDeployer(),
            scope: AccountScope(), limits: limits,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    /// Sends a request and waits for the whole answer.
    func send(
        _ method: HTTPMethod, _ path: String, query: String = "", headers: HTTPHeaders = [:], body: String = ""
    ) async throws -> Answer {
        try await self.open(method, path, query: query, headers: headers, body: ByteBuffer(string: body)).1.get()
    }

    /// Sends a request and gives the exchange, for tests that act on it while it goes on.
    func open(
        _ method: HTTPMethod, _ path: String, query: String = "", headers: HTTPHeaders = [:],
        body: ByteBuffer = ByteBuffer(), _ prepare: @escaping @Sendable (RecordedExchange) -> Void = { _ in }
    ) async throws -> (NIOLoopBound<RecordedExchange>, EventLoopFuture<Answer>) {
        let request = HTTPRequest(
            method: method, path: path, query: query, headers: headers, body: body, remoteAddress: "127.0.0.1")
        let loop = self.connectionLoop
        let promise = loop.makePromise(of: Answer.self)
        let api = self.api
        let exchange = try await loop.submit {
            let exchange = RecordedExchange(eventLoop: loop, promise: promise)
            prepare(exchange)
            api.handle(request, exchange: exchange)
            return NIOLoopBound(exchange, eventLoop: loop)
        }.get()
        return (exchange, promise.futureResult)
    }

    /// Creates a function through the API, from a library sent as it is.
    func create(_ name: String, _ more: String = "", code: String = "one") async throws -> Answer {
        let elf = Array("\u{7f}ELF\(code)".utf8)
        let answer = try await self.send(
            .POST, "/2015-03-31/functions",
            body: """
                {"FunctionName":"\(name)","Role":"arn:aws:iam::000000000000:role/r",\
                "Code":{"ZipFile":"\(Self.base64(elf))"}\(more)}
                """)
        await self.control.catalog.settled(function: name)
        return answer
    }

    static func base64(_ bytes: [UInt8]) -> String {
        DigestText.base64(hexadecimal: bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined())
    }
}

/// A folder without libraries.
final class NoDeployer: LibraryDeployer {
    func refusals() async -> [Deployment] { [] }

    func deploy(function: String?) async -> [Deployment] { [] }
}

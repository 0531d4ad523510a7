import BrasaModel
import Logging
import NIOCore
import NIOEmbedded
import Synchronization

@testable import BrasaRouter

/// Asynchronous delivery on an event loop and a clock that the test moves, with functions that do as they are told.
final class AsyncRig: Sendable {
    /// What a function answers; nil keeps it running until `finish`.
    typealias Answer = @Sendable (Event) -> Outcome.Result?

    let loop: NIOAsyncTestingEventLoop
    let delivery: AsyncDelivery
    private let invoker: NIOLoopBound<ScriptedInvoker>
    private let entries: NIOLoopBoundBox<[String: RoutingTable.Entry]>

    private init(
        loop: NIOAsyncTestingEventLoop, delivery: AsyncDelivery, invoker: NIOLoopBound<ScriptedInvoker>,
        entries: NIOLoopBoundBox<[String: RoutingTable.Entry]>
    ) {
        self.loop = loop
        self.delivery = delivery
        self.invoker = invoker
        self.entries = entries
    }

    static let start: Int64 = 1_800_000_000_000

    static func make(
        store: any AsyncEventStore, log: CapturedLog, clock: ManualWall,
        configuration: AsyncDeliveryConfiguration = AsyncDeliveryConfiguration(),
        answer: @escaping Answer = { _ in nil }
    ) async throws -> AsyncRig {
        let loop = NIOAsyncTestingEventLoop()
        return try await loop.executeInContext {
            let invoker = ScriptedInvoker(answer: answer)
            let entries = NIOLoopBoundBox<[String: RoutingTable.Entry]>(
                ["f": Self.entry("f"), "g": Self.entry("g")], eventLoop: loop)
            let delivery = AsyncDelivery(
                eventLoop: loop, invoker: invoker, store: store, configuration: configuration,
                clock: clock.clock(of: loop), logger: Logger(label: "test", factory: { _ in log }),
                entry: { entries.value[$0] }, isSwitchedOff: { $0 == "off" })
            return AsyncRig(
                loop: loop, delivery: delivery, invoker: NIOLoopBound(invoker, eventLoop: loop), entries: entries)
        }
    }

    static func entry(_ function: String) -> RoutingTable.Entry {
        RoutingTable.Entry(
            latest: FunctionVersion(
                key: VersionKey(function: function), codeSHA256: "", codeSizeBytes: 0, libraryPath: "",
                settings: FunctionSettings()))
    }

    static func event(_ function: String = "f", _ payload: String = "{}") -> Event {
        Event(requestID: RequestID(), function: function, trigger: .async, payload: ByteBuffer(string: payload))
    }

    /// The events that were invoked so far, in order.
    func invoked() async throws -> [Event] {
        try await self.loop.executeInContext { [invoker] in invoker.value.events }
    }

    /// Ends the oldest invocation that still runs.
    func finish(_ result: Outcome.Result) async throws {
        try await self.loop.executeInContext { [invoker] in invoker.value.finish(result) }
        await self.loop.run()
    }

    func setEntry(_ entry: RoutingTable.Entry?, function: String) async throws {
        try await self.loop.executeInContext { [entries] in entries.value[function] = entry }
    }
}

/// A wall clock that the test can set, beside the loop's time, which never jumps.
final class ManualWall: Sendable {
    private let offset = Mutex<Int64>(0)

    func jump(by milliseconds: Int64) {
        self.offset.withLock { $0 += milliseconds }
    }

    func clock(of loop: NIOAsyncTestingEventLoop) -> AsyncDeliveryClock {
        AsyncDeliveryClock(
            wallMilliseconds: {
                AsyncRig.start + Int64(loop.now.uptimeNanoseconds / 1_000_000) + self.offset.withLock { $0 }
            },
            steadyMilliseconds: { Int64(loop.now.uptimeNanoseconds / 1_000_000) })
    }
}

/// Answers as the test says.
///
/// On the event loop only.
final class ScriptedInvoker: Invoker {
    private let answer: AsyncRig.Answer
    private(set) var events: [Event] = []
    private var running: [(Event, any Responder)] = []

    init(answer: @escaping AsyncRig.Answer) {
        self.answer = answer
    }

    func invoke(_ event: Event, responder: any Responder) {
        self.events.append(event)
        guard let result = self.answer(event) else {
            self.running.append((event, responder))
            return
        }
        if case .streamed = result {
            responder.begin(metadata: [], stream: NoStream())
            _ = responder.write(ByteBuffer(string: "chunk"))
        }
        responder.complete(Outcome(requestID: event.requestID, result: result))
    }

    func finish(_ result: Outcome.Result) {
        guard !self.running.isEmpty else { return }
        let (event, responder) = self.running.removeFirst()
        responder.complete(Outcome(requestID: event.requestID, result: result))
    }
}

private final class NoStream: ReplyStream {
    let executedVersion = "$LATEST"

    func resume() {}
    func close() {}
}

extension Outcome.Result {
    static let ok = Outcome.Result.reply(Reply(metadata: [], body: ByteBuffer()))
    static let functionError = Outcome.Result.failure(
        Failure(kind: .function, errorType: "Broken", message: "It broke."))
    static let throttled = Outcome.Result.failure(
        Failure(kind: .throttled(.callerRateLimitExceeded), errorType: "TooManyRequestsException", message: "Slow."))
}

/// Keeps the lines of a log.
final class CapturedLog: LogHandler, Sendable {
    struct Line: Sendable {
        var level: Logger.Level
        var message: String
        var metadata: [String: String]
    }

    private let state = Mutex<[Line]>([])

    var lines: [Line] { self.state.withLock { $0 } }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }

    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        let metadata = (event.metadata ?? [:]).mapValues { "\($0)" }
        let line = Line(level: event.level, message: "\(event.message)", metadata: metadata)
        self.state.withLock { $0.append(line) }
    }
}

import BrasaAWS
import BrasaGateway
import BrasaModel
import NIOCore
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(5)))
struct StreamedInvokeTests {
    private static let path = "/2021-11-15/functions/users/response-streaming-invocations"

    private struct Damaged: Error {}

    /// The messages of an event stream: type and payload.
    private static func messages(_ body: ByteBuffer) throws -> [(String, String)] {
        var rest = body
        var messages: [(String, String)] = []
        while let whole = rest.getInteger(at: rest.readerIndex, as: UInt32.self) {
            guard var message = rest.readSlice(length: Int(whole)),
                let checked = message.getSlice(at: message.readerIndex, length: Int(whole) - 4),
                let headersLength = message.getInteger(at: message.readerIndex + 4, as: UInt32.self)
            else { throw Damaged() }
            #expect(message.getInteger(at: message.readerIndex + Int(whole) - 4) == CRC32.checksum(checked))
            message.moveReaderIndex(forwardBy: 12)
            guard var headers = message.readSlice(length: Int(headersLength)) else { throw Damaged() }
            var type = ""
            while let length = headers.readInteger(as: UInt8.self) {
                let name = headers.readString(length: Int(length))
                headers.moveReaderIndex(forwardBy: 1)
                guard let valueLength = headers.readInteger(as: UInt16.self),
                    let value = headers.readString(length: Int(valueLength))
                else { throw Damaged() }
                if name == ":event-type" { type = value }
            }
            messages.append((type, message.readString(length: message.readableBytes - 4) ?? ""))
        }
        return messages
    }

    @Test(arguments: [true, false])
    func sendsEachChunkAsItComes(sharesLoop: Bool) async throws {
        let fixture = try await APIFixture(sharesLoop: sharesLoop) { event, responder in
            responder.begin(metadata: [], stream: ScriptedStream())
            #expect(responder.write(ByteBuffer(string: "one")))
            #expect(responder.write(ByteBuffer(string: "two")))
            responder.complete(Outcome(requestID: event.requestID, result: .streamed, logTail: "END"))
        }

        let answer = try await fixture.send(.POST, Self.path)

        #expect(answer.status == 200)
        #expect(answer.isStreamed)
        #expect(answer.header("content-type") == "application/vnd.amazon.eventstream")
        #expect(answer.header("X-Amz-Executed-Version") == "3")
        let messages = try Self.messages(answer.body)
        #expect(messages.map(\.0) == ["PayloadChunk", "PayloadChunk", "InvokeComplete"])
        #expect(messages.map(\.1) == ["one", "two", #"{"LogResult":"RU5E"}"#])
    }

    @Test func sendsABufferedReplyAsOneChunk() async throws {
        let fixture = try await APIFixture()

        let answer = try await fixture.send(.POST, Self.path, body: "[1]")

        let messages = try Self.messages(answer.body)
        #expect(messages.map(\.1) == ["[1]", "{}"])
        #expect(answer.header("X-Amz-Executed-Version") == "$LATEST")
    }

    @Test(arguments: [true, false])
    func saysWhenAReplyBreaksOff(hasBegun: Bool) async throws {
        let fixture = try await APIFixture { event, responder in
            if hasBegun {
                responder.begin(metadata: [], stream: ScriptedStream())
                _ = responder.write(ByteBuffer(string: "one"))
            }
            responder.complete(
                Outcome(
                    requestID: event.requestID,
                    result: .failure(
                        Failure(kind: .crash, errorType: "Runtime.ExitError", message: "gone", afterFirstByte: hasBegun)
                    )))
        }

        let answer = try await fixture.send(.POST, Self.path)

        let messages = try Self.messages(answer.body)
        #expect(messages.map(\.0) == (hasBegun ? ["PayloadChunk", "InvokeComplete"] : ["InvokeComplete"]))
        #expect(messages.last?.1.hasPrefix(#"{"ErrorCode":"Runtime.ExitError","ErrorDetails":"{\"errorType\""#) == true)
    }

    @Test func refusesAThrottledCallWithoutAStream() async throws {
        let fixture = try await APIFixture { event, responder in
            responder.complete(
                Outcome(
                    requestID: event.requestID,
                    result: .failure(
                        Failure(
                            kind: .throttled(.concurrentInvocationLimitExceeded), errorType: "", message: ""))))
        }

        let answer = try await fixture.send(.POST, Self.path)

        #expect(answer.status == 429)
        #expect(!answer.isStreamed)
    }

    @Test(arguments: [true, false])
    func holdsTheFunctionUpWhileTheClientIsSlow(sharesLoop: Bool) async throws {
        var limits = LambdaLimits()
        limits.streamBufferBytes = 1_200
        let fixture = try await APIFixture(sharesLoop: sharesLoop, limits: limits) { event, responder in
            let stream = ScriptedStream()
            let chunk = ByteBuffer(repeating: 0x61, count: 400)
            responder.begin(metadata: [], stream: stream)
            #expect(responder.write(chunk))
            #expect(responder.write(chunk))
            #expect(!responder.write(chunk))
            let id = event.requestID
            stream.onResume = {
                _ = responder.write(ByteBuffer(string: "last"))
                responder.complete(Outcome(requestID: id, result: .streamed))
            }
        }

        let (exchange, answer) = try await fixture.open(.POST, Self.path) { $0.isWritable = false }
        // A round over both loops: what the script wrote has arrived, and nothing has resumed it.
        try await fixture.engineLoop.submit {}.get()
        try await fixture.connectionLoop.submit {
            #expect(exchange.value.answer.body.readableBytes > 1_200)
            #expect(!String(buffer: exchange.value.answer.body).contains("last"))
            exchange.value.isWritable = true
            exchange.value.onWritable?()
        }.get()

        let messages = try Self.messages(try await answer.get().body)
        #expect(messages.map(\.1.count) == [400, 400, 400, 4, 2])
    }

    @Test func tellsTheFunctionWhenTheClientLeaves() async throws {
        let closed = MultiLoopFlag()
        let fixture = try await APIFixture { event, responder in
            let stream = ScriptedStream()
            responder.begin(metadata: [], stream: stream)
            closed.keep(stream, responder)
        }

        let (exchange, _) = try await fixture.open(.POST, Self.path)
        try await fixture.engineLoop.submit {}.get()
        try await fixture.connectionLoop.submit { exchange.value.onClose?() }.get()
        let (closes, goesOn) = try await fixture.engineLoop.submit { closed.state() }.get()
        try await fixture.connectionLoop.submit { exchange.value.end() }.get()

        #expect(closes == 1)
        #expect(goesOn)
    }
}

/// Keeps a stream and its responder between two visits of the engine's loop.
///
/// `@unchecked Sendable`: touched on the engine's loop only.
private final class MultiLoopFlag: @unchecked Sendable {
    private var stream: ScriptedStream?
    private var responder: (any Responder)?

    func keep(_ stream: ScriptedStream, _ responder: any Responder) {
        self.stream = stream
        self.responder = responder
    }

    /// How often the stream was closed, and whether a write is let through then.
    func state() -> (Int, Bool) {
        (self.stream?.closes ?? 0, self.responder?.write(ByteBuffer(repeating: 0, count: 1 << 20)) ?? false)
    }
}

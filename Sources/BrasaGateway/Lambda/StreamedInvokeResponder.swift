import BrasaAWS
import BrasaModel
import FoundationEssentials
import NIOCore

/// Answers `InvokeWithResponseStream`: each chunk as the function writes it, as messages of an event stream.
///
/// Back-pressure: bytes count as waiting from `write` until the exchange has taken them without asking to wait. Over
/// `LambdaLimits.streamBufferBytes` the function is held up; it goes on when nothing waits any more. Both loops may be the same.
///
/// `@unchecked Sendable`: the variables under "engine" are touched on the engine's loop only, those under "exchange" on the
/// connection's.
final class StreamedInvokeResponder: Responder, @unchecked Sendable {
    private let event: Event
    private let api: LambdaAPI
    private let engineLoop: any EventLoop
    private let exchange: NIOLoopBound<any HTTPExchange>

    // Engine.
    private var stream: (any ReplyStream)?
    private var hasBegun = false
    private var isClosed = false
    private var isPaused = false
    private var waitingBytes = 0

    // Exchange.
    private var untakenBytes = 0

    init(_ event: Event, api: LambdaAPI, exchange: any HTTPExchange) {
        self.event = event
        self.api = api
        self.engineLoop = api.invoker.eventLoop
        self.exchange = NIOLoopBound(exchange, eventLoop: exchange.eventLoop)
        exchange.onWritable = { [weak self] in self?.drained() }
        exchange.onClose = { [weak self] in
            self?.onEngine { responder in
                responder.isClosed = true
                responder.stream?.close()
            }
        }
    }

    func begin(metadata: [MetadataPair], stream: any ReplyStream) {
        self.stream = stream
        if self.isClosed { stream.close() }
        self.beginAnswer(version: stream.executedVersion)
    }

    func write(_ chunk: ByteBuffer) -> Bool {
        // Nobody drains a connection that is gone: holding the function up would hold it up for ever.
        guard chunk.readableBytes > 0, !self.isClosed else { return true }
        self.send(EventStreamMessage(event: "PayloadChunk", contentType: "application/octet-stream", payload: chunk))
        self.isPaused = self.waitingBytes > self.api.limits.streamBufferBytes
        return !self.isPaused
    }

    func complete(_ outcome: Outcome) {
        self.stream = nil
        switch outcome.result {
        case .reply(let reply):
            self.beginAnswer(version: outcome.executedVersion)
            let body = reply.body.readableBytes == 0 ? ByteBuffer(string: "null") : reply.body
            self.send(
                EventStreamMessage(event: "PayloadChunk", contentType: "application/octet-stream", payload: body))
            self.finish(outcome, failure: nil)
        case .streamed:
            self.beginAnswer(version: outcome.executedVersion)
            self.finish(outcome, failure: nil)
        case .failure(let failure):
            self.fail(failure, outcome)
        }
    }

    private func fail(_ failure: Failure, _ outcome: Outcome) {
        let answer = LambdaAPI.answer(to: failure, requestID: self.event.requestID)
        if self.hasBegun { return self.finish(outcome, failure: failure) }
        switch answer {
        case .functionError:
            self.beginAnswer(version: outcome.executedVersion)
            self.finish(outcome, failure: failure)
        case .refused(let error):
            self.onExchange { responder, exchange in
                LambdaAPI.respond(ControlResponse(error), responder.event.requestID, exchange)
            }
        case .unknown:
            self.onExchange { responder, exchange in
                responder.api.respondUnknown(responder.event, exchange: exchange)
            }
        }
    }

    private func beginAnswer(version: String?) {
        guard !self.hasBegun else { return }
        self.hasBegun = true
        var headers = [
            ("content-type", EventStreamMessage.contentType),
            ("x-amzn-RequestId", self.event.requestID.description),
        ]
        if let version { headers.append(("X-Amz-Executed-Version", version)) }
        self.onExchange { [headers] _, exchange in exchange.begin(status: 200, headers: headers) }
    }

    private func finish(_ outcome: Outcome, failure: Failure?) {
        let details = JSONText.object([
            ("ErrorCode", failure?.errorType),
            ("ErrorDetails", failure.map { LambdaFailureBody.json(for: $0, requestID: self.event.requestID) }),
            ("LogResult", outcome.logTail.map { Data($0.utf8).base64EncodedString() }),
        ])
        self.send(
            EventStreamMessage(
                event: "InvokeComplete", contentType: "application/json", payload: ByteBuffer(string: details)))
        self.onExchange { _, exchange in exchange.end() }
    }

    private func send(_ message: EventStreamMessage) {
        let bytes = message.encoded()
        self.waitingBytes += bytes.readableBytes
        self.onExchange { responder, exchange in
            responder.untakenBytes += bytes.readableBytes
            if exchange.write(bytes) { responder.drained() }
        }
    }

    /// The client has taken all that was written.
    ///
    /// On the exchange's loop.
    private func drained() {
        let count = self.untakenBytes
        guard count > 0 else { return }
        self.untakenBytes = 0
        self.onEngine { $0.taken(count) }
    }

    private func taken(_ count: Int) {
        self.waitingBytes -= count
        guard self.isPaused, self.waitingBytes == 0 else { return }
        self.isPaused = false
        self.stream?.resume()
    }

    private func onEngine(_ work: @escaping @Sendable (StreamedInvokeResponder) -> Void) {
        if self.engineLoop.inEventLoop {
            work(self)
        } else {
            self.engineLoop.execute { work(self) }
        }
    }

    private func onExchange(_ work: @escaping @Sendable (StreamedInvokeResponder, any HTTPExchange) -> Void) {
        let exchange = self.exchange
        if exchange.eventLoop.inEventLoop {
            work(self, exchange.value)
        } else {
            exchange.eventLoop.execute { work(self, exchange.value) }
        }
    }
}

import BrasaAWS
import BrasaModel
import FoundationEssentials
import NIOCore

/// Answers `Invoke`: the whole reply at once.
///
/// `@unchecked Sendable`: made on the connection's loop, and from then on its variables are touched on the engine's loop only,
/// where all calls of `Responder` are made. The exchange is reached through `NIOLoopBound`.
final class BufferedInvokeResponder: Responder, @unchecked Sendable {
    private let event: Event
    private let api: LambdaAPI
    private let exchange: NIOLoopBound<any HTTPExchange>
    /// What a function that streams has written so far; AWS collects it for this operation too.
    private var collected = ByteBuffer()
    private var stream: (any ReplyStream)?
    private var isTooLarge = false

    init(_ event: Event, api: LambdaAPI, exchange: any HTTPExchange) {
        self.event = event
        self.api = api
        self.exchange = NIOLoopBound(exchange, eventLoop: exchange.eventLoop)
    }

    func begin(metadata: [MetadataPair], stream: any ReplyStream) {
        self.stream = stream
    }

    func write(_ chunk: ByteBuffer) -> Bool {
        guard !self.isTooLarge else { return true }
        guard self.collected.readableBytes + chunk.readableBytes <= self.api.limits.responseBytes else {
            self.isTooLarge = true
            self.collected = ByteBuffer()
            self.stream?.close()
            return true
        }
        self.collected.writeImmutableBuffer(chunk)
        return true
    }

    func complete(_ outcome: Outcome) {
        self.stream = nil
        var headers = [("content-type", "application/json")]
        if let version = outcome.executedVersion { headers.append(("X-Amz-Executed-Version", version)) }
        if let log = outcome.logTail {
            headers.append(("X-Amz-Log-Result", Data(log.utf8).base64EncodedString()))
        }
        let limit = self.api.limits.responseBytes
        switch outcome.result {
        case _ where self.isTooLarge:
            self.fail(LambdaFailureBody.responseTooLarge(limitBytes: limit), headers)
        case .reply(let reply) where reply.body.readableBytes > limit:
            self.fail(LambdaFailureBody.responseTooLarge(limitBytes: limit), headers)
        case .reply(let reply): self.respond(headers, reply.body)
        case .streamed: self.respond(headers, self.collected)
        case .failure(let failure): self.fail(failure, headers)
        }
    }

    private func fail(_ failure: Failure, _ headers: [(String, String)]) {
        switch LambdaAPI.answer(to: failure, requestID: self.event.requestID) {
        case .functionError(let body):
            self.respond(
                headers + [("X-Amz-Function-Error", LambdaFailureBody.header)], ByteBuffer(string: body))
        case .refused(let error):
            self.onExchange { LambdaAPI.respond(ControlResponse(error), self.event.requestID, $0) }
        case .unknown:
            self.onExchange { self.api.respondUnknown(self.event, exchange: $0) }
        }
    }

    /// 200; a function that answered nothing answered `null`.
    private func respond(_ headers: [(String, String)], _ body: ByteBuffer) {
        let body = body.readableBytes == 0 ? ByteBuffer(string: "null") : body
        let headers = headers + [("x-amzn-RequestId", self.event.requestID.description)]
        self.onExchange { $0.respond(status: 200, headers: headers, body: body) }
    }

    private func onExchange(_ work: @escaping @Sendable (any HTTPExchange) -> Void) {
        let exchange = self.exchange
        if exchange.eventLoop.inEventLoop {
            work(exchange.value)
        } else {
            exchange.eventLoop.execute { work(exchange.value) }
        }
    }
}

import BrasaModel
import NIOCore

/// Turns a function's answer into an HTTP response.
final class GatewayResponder: Responder {
    private let exchange: any HTTPExchange
    private let requestID: RequestID
    private var hasBegun = false

    init(_ exchange: any HTTPExchange, requestID: RequestID) {
        self.exchange = exchange
        self.requestID = requestID
    }

    func begin(metadata: [MetadataPair], stream: any ReplyStream) {
        self.hasBegun = true
        self.exchange.onWritable = { stream.resume() }
        self.exchange.onClose = { stream.close() }
        var (status, headers) = FunctionResponse.head(metadata)
        headers.append(("x-amzn-requestid", "\(self.requestID)"))
        self.exchange.begin(status: status, headers: headers)
    }

    func write(_ chunk: ByteBuffer) -> Bool { self.exchange.write(chunk) }

    func complete(_ outcome: Outcome) {
        self.exchange.onWritable = nil
        self.exchange.onClose = nil
        switch outcome.result {
        case .reply(let reply):
            var response = FunctionResponse(reply)
            response.headers.append(("x-amzn-requestid", "\(self.requestID)"))
            self.exchange.respond(status: response.status, headers: response.headers, body: response.body)
        case .streamed:
            self.exchange.end()
        case .failure(let failure):
            self.fail(failure)
        }
    }

    private func fail(_ failure: Failure) {
        // What went out cannot be taken back: the client sees that it is incomplete by the missing end.
        if self.hasBegun {
            self.exchange.abort()
            return
        }
        var body = JSONBytes()
        body.raw("{\"message\":")
        body.string(failure.message)
        body.raw(",\"errorType\":")
        body.string(failure.errorType)
        var headers = [("content-type", "application/json"), ("x-amzn-requestid", "\(self.requestID)")]
        if case .throttled(let reason) = failure.kind {
            body.raw(",\"reason\":")
            body.string(reason.rawValue)
            headers.append(("retry-after", "1"))
        }
        body.raw(",\"requestId\":\"")
        body.plain(self.requestID)
        body.raw("\"}")
        self.exchange.respond(status: ResponseStatus.status(failure), headers: headers, body: body.buffer)
    }
}

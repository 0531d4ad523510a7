import BrasaAWS
package import BrasaModel
import NIOCore
import NIOHTTP1

/// The services as AWS SDKs speak to them: `POST /` with a target, JSON in and out.
///
/// Everything else goes to the next handler. No task and no thread of its own: a service answers on the thread it has.
package final class ServiceAPI: HTTPHandler {
    private let next: any HTTPHandler
    private let services: any ServicePerformer

    package init(next: any HTTPHandler, services: any ServicePerformer) {
        self.next = next
        self.services = services
    }

    package func handle(_ request: HTTPRequest, exchange: any HTTPExchange) {
        guard request.method == .POST, request.path == "/",
            let text = request.headers.first(name: "x-amz-target")
        else { return self.next.handle(request, exchange: exchange) }
        let requestID = RequestID()
        guard let target = ServiceTarget(text) else {
            exchange.respond(
                status: 400,
                headers: [
                    ("content-type", "application/x-amz-json-1.0"), ("x-amzn-RequestId", requestID.description),
                ],
                body: ByteBuffer(string: "{\"__type\":\"com.amazon.coral.service#UnknownOperationException\"}"))
            return
        }
        let call = ServiceRequest(
            service: target.interface.service, operation: target.operation, parameters: request.body,
            caller: .client(
                accessKey: request.headers.first(name: "authorization").flatMap { RequestSigner.accessKey($0) }),
            endpoint: request.headers.first(name: "host"))
        let loop = exchange.eventLoop
        let bound = NIOLoopBound(exchange, eventLoop: loop)
        self.services.perform(call) { outcome in
            if loop.inEventLoop {
                Self.respond(outcome, target.interface, requestID, bound.value)
            } else {
                loop.execute { Self.respond(outcome, target.interface, requestID, bound.value) }
            }
        }
    }

    private static func respond(
        _ outcome: Result<ServiceResponse, ServiceFailure>, _ interface: ServiceTarget.Interface,
        _ requestID: RequestID, _ exchange: any HTTPExchange
    ) {
        let status: Int
        let body: ByteBuffer
        switch outcome {
        case .success(let response): (status, body) = (200, response.result)
        case .failure(let failure):
            (status, body) = (failure.status, ServiceErrorBody.json(failure, for: interface))
        }
        var headers = [("content-type", interface.contentType), ("x-amzn-RequestId", requestID.description)]
        if interface.hasChecksum { headers.append(("x-amz-crc32", String(CRC32.checksum(body)))) }
        exchange.respond(status: status, headers: headers, body: body)
    }
}

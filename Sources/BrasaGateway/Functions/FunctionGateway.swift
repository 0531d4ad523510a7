package import BrasaModel
import Glibc
package import NIOCore
import NIOHTTP1

/// The port that clients of functions call: `ANY /<name>` and `/<name>/{proxy+}`.
///
/// Lives on the engine's loop, so that a request goes from the socket into an instance's ring without changing threads.
package final class FunctionGateway: HTTPHandler, @unchecked Sendable {
    // Only used on the loop given at the start: `handle` is called by connections of that loop.
    private let loop: any EventLoop
    private let invoker: any Invoker
    private let format: PayloadFormat2
    private let health: any HTTPHandler
    private let eventLimitBytes: Int
    private var time = RequestTime()
    private var generator = BufferedRandom()
    private let allocator = ByteBufferAllocator()

    /// - Parameters:
    ///   - loop: the engine's loop; the port's connections have to live on it.
    ///   - health: answers `/health`.
    ///   - payloadLimitBytes: largest body of a request. Its event may have half of that more, for base64 or escapes, and
    ///     1 MiB for the rest of the request.
    package init(
        loop: any EventLoop, invoker: any Invoker, account: String, region: String, stage: String,
        health: any HTTPHandler, payloadLimitBytes: Int
    ) {
        self.loop = loop
        self.invoker = invoker
        self.format = PayloadFormat2(account: account, region: region, stage: stage)
        self.health = health
        self.eventLimitBytes = payloadLimitBytes / 2 * 3 + (1 << 20)
    }

    package func handle(_ request: HTTPRequest, exchange: any HTTPExchange) {
        let parts = request.path.dropFirst().split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let name = PercentEncoding.decode(String(parts.first ?? ""), plusIsSpace: false)
        guard !name.isEmpty else {
            Self.respond(404, "NotFound", "Name a function: /<function>. `brasa list` shows them.", exchange)
            return
        }
        if name == "health", parts.count == 1 {
            self.health.handle(request, exchange: exchange)
            return
        }
        self.time.update()
        let requestID = RequestID(using: &self.generator)
        let proxy = parts.count == 2 && !parts[1].isEmpty ? String(parts[1]) : nil
        let payload = self.format.write(
            request, function: name, proxy: proxy, requestID: requestID, time: self.time, allocator: self.allocator)
        guard payload.readableBytes <= self.eventLimitBytes else {
            let message =
                "The request makes an event of \(payload.readableBytes) bytes, and \(self.eventLimitBytes) are allowed "
                + "(limits.payloadSize)."
            Self.respond(413, "RequestTooLargeException", message, exchange)
            return
        }
        let event = Event(
            requestID: requestID, function: name, trigger: .http, payload: payload,
            metadata: [
                MetadataPair("method", request.method.rawValue), MetadataPair("path", request.path),
                MetadataPair("query", request.query),
            ],
            traceID: request.headers.first(name: "x-amzn-trace-id") ?? "")
        self.invoker.invoke(event, responder: GatewayResponder(exchange, requestID: requestID))
    }

    static func respond(_ status: Int, _ type: String, _ message: String, _ exchange: any HTTPExchange) {
        var body = JSONBytes(ByteBuffer())
        body.raw("{\"message\":")
        body.string(message)
        body.raw(",\"errorType\":")
        body.string(type)
        body.raw("}")
        exchange.respond(status: status, headers: [("content-type", "application/json")], body: body.buffer)
    }
}

/// Random numbers for request identities, fetched from the kernel many at a time.
struct BufferedRandom: RandomNumberGenerator {
    // getentropy(3) gives at most 256 bytes at once.
    private var values = [UInt64](repeating: 0, count: 32)
    private var used = 32

    mutating func next() -> UInt64 {
        if self.used == self.values.count {
            let bytes = self.values.count * 8
            let status = self.values.withUnsafeMutableBytes { getentropy($0.baseAddress, bytes) }
            precondition(status == 0, "getentropy: \(String(cString: strerror(errno)))")
            self.used = 0
        }
        self.used += 1
        return self.values[self.used - 1]
    }
}

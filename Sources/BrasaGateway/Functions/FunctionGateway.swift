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
    private var event = JSONBytes(capacity: 65_536)

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
        let (encoded, proxy) = Self.split(request.path)
        let name = PercentEncoding.decode(encoded, plusIsSpace: false)
        guard !name.isEmpty else {
            Self.respond(404, "NotFound", "Name a function: /<function>. `brasa list` shows them.", exchange)
            return
        }
        if name == "health", proxy == nil {
            self.health.handle(request, exchange: exchange)
            return
        }
        self.time.update()
        let requestID = RequestID(using: &self.generator)
        self.event.clear()
        self.format.write(
            request, function: name, proxy: proxy == "" ? nil : proxy, requestID: requestID, time: self.time,
            to: &self.event)
        let payload = self.event.buffer
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

    /// The part of a path that names the function, and what follows the slash behind it; nil without that slash.
    private static func split(_ path: String) -> (name: String, proxy: String?) {
        let start = path.utf8.index(after: path.utf8.startIndex)
        guard let slash = path.utf8[start...].firstIndex(of: UInt8(ascii: "/")) else {
            return (String(path[start...]), nil)
        }
        return (String(path[start..<slash]), String(path[path.utf8.index(after: slash)...]))
    }

    static func respond(_ status: Int, _ type: String, _ message: String, _ exchange: any HTTPExchange) {
        var body = JSONBytes()
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

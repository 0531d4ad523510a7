import NIOCore
import NIOHTTP1

/// One kept-alive connection of a load: a request, its answer, the next request.
final class HTTPLoadConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// How a request ended.
    struct Answer {
        /// What its latency counts from.
        let intended: UInt64
        /// nil: a status below 400.
        let error: String?
        /// Whether the connection can be used again.
        let isReusable: Bool
    }

    private let channel: any Channel
    private let onEnd: (HTTPLoadConnection, Answer) -> Void
    private let onLost: (HTTPLoadConnection) -> Void
    private var intended: UInt64?
    private var status = 0
    private var isKeptAlive = true

    /// - Parameter onLost: called when it ends between two requests.
    init(
        _ channel: any Channel, onEnd: @escaping (HTTPLoadConnection, Answer) -> Void,
        onLost: @escaping (HTTPLoadConnection) -> Void
    ) {
        self.channel = channel
        self.onEnd = onEnd
        self.onLost = onLost
    }

    /// Sends a request; the connection must be idle.
    func send(_ head: HTTPRequestHead, body: ByteBuffer?, intended: UInt64) {
        self.intended = intended
        var head = head
        if let body {
            head.headers.add(name: "content-length", value: "\(body.readableBytes)")
        }
        let pipeline = self.channel.pipeline.syncOperations
        pipeline.write(NIOAny(HTTPClientRequestPart.head(head)), promise: nil)
        if let body { pipeline.write(NIOAny(HTTPClientRequestPart.body(.byteBuffer(body))), promise: nil) }
        pipeline.writeAndFlush(NIOAny(HTTPClientRequestPart.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            self.status = Int(head.status.code)
            self.isKeptAlive = head.isKeepAlive
        case .body: break
        case .end:
            if !self.isKeptAlive { context.close(promise: nil) }
            self.end(self.status < 400 ? nil : "HTTP \(self.status)", isReusable: self.isKeptAlive)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if self.intended == nil { return self.onLost(self) }
        self.end("connection closed", isReusable: false)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
        self.end("connection failed", isReusable: false)
    }

    private func end(_ error: String?, isReusable: Bool) {
        guard let intended = self.intended else { return }
        self.intended = nil
        self.onEnd(self, Answer(intended: intended, error: error, isReusable: isReusable))
    }
}

import DequeModule
import NIOCore
import NIOHTTP1

/// One client: collects requests, hands them over one at a time, and writes the answers.
///
/// Requests that a client sends ahead (pipelining) wait in order; while one waits, nothing more is read.
final class HTTPConnection: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    private enum Reading {
        case head
        case body(HTTPRequestHead, ByteBuffer)
        /// The rest of a request that was refused already.
        case discarding
    }

    private let handler: any HTTPHandler
    let limits: HTTPLimits
    private let remoteAddress: String
    private(set) var context: ChannelHandlerContext?
    private var reading = Reading.head
    private var waiting: Deque<(HTTPRequestHead, ByteBuffer)> = []
    /// The request that is being answered.
    private(set) var exchange: HTTPConnectionExchange?
    private var holdsRead = false
    private var closesAfterAnswer = false
    private var bytesSinceHead = 0
    private var deadline: NIODeadline

    init(handler: any HTTPHandler, limits: HTTPLimits, remoteAddress: String) {
        self.handler = handler
        self.limits = limits
        self.remoteAddress = remoteAddress
        self.deadline = .now() + .milliseconds(Int64(limits.headTimeoutMilliseconds))
    }

    // MARK: - Channel

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        self.waiting = []
        let exchange = self.exchange
        self.exchange = nil
        exchange?.clientLeft()
    }

    func willParse(_ bytes: Int) { self.bytesSinceHead += bytes }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head): self.began(head)
        case .body(let part): self.received(part)
        case .end: self.ended()
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if case .head = self.reading {
            if self.bytesSinceHead > self.limits.headBytes {
                self.refuse(431, "The request's headers are over \(self.limits.headBytes) bytes (limits.headerSize).")
            }
            if self.bytesSinceHead > 0, self.exchange == nil {
                self.extendDeadlineForHead()
            }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? HTTPParserError {
            self.refuse(400, "The request is not HTTP/1.1: \(error).")
        } else {
            context.close(promise: nil)
        }
    }

    func read(context: ChannelHandlerContext) {
        if self.exchange != nil, !self.waiting.isEmpty {
            self.holdsRead = true
        } else {
            context.read()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            self.extendDeadlineForProgress()
            self.exchange?.onWritable?()
        }
    }

    // MARK: - Requests

    private func began(_ head: HTTPRequestHead) {
        if case .discarding = self.reading { return }
        self.bytesSinceHead = 0
        self.headStartedAt = nil
        guard Self.headBytes(head) <= self.limits.headBytes else {
            self.refuse(431, "The request's headers are over \(self.limits.headBytes) bytes (limits.headerSize).")
            return
        }
        guard head.headers.count <= self.limits.headerCount else {
            self.refuse(431, "The request has over \(self.limits.headerCount) headers (limits.headerCount).")
            return
        }
        guard head.uri.first == "/" else {
            self.refuse(400, "The request's target must begin with '/'.")
            return
        }
        let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        guard length <= self.limits.bodyBytes else {
            self.refuseBody()
            return
        }
        if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
            self.write(ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n"))
        }
        var body = ByteBuffer()
        if length > 0, let context { body = context.channel.allocator.buffer(capacity: length) }
        self.reading = .body(head, body)
        self.extendDeadlineForProgress()
    }

    private static func headBytes(_ head: HTTPRequestHead) -> Int {
        var bytes = head.uri.utf8.count + 16
        for (name, value) in head.headers { bytes += name.utf8.count + value.utf8.count + 4 }
        return bytes
    }

    private func received(_ part: ByteBuffer) {
        guard case .body(let head, var body) = self.reading else { return }
        self.reading = .discarding  // gives up the reference, so that appending does not copy
        guard body.readableBytes + part.readableBytes <= self.limits.bodyBytes else {
            self.refuseBody()
            return
        }
        var part = part
        body.writeBuffer(&part)
        self.reading = .body(head, body)
        self.extendDeadlineForProgress()
    }

    private func ended() {
        // What follows belongs to the next head.
        self.bytesSinceHead = 0
        guard case .body(let head, let body) = self.reading else {
            self.reading = .head
            return
        }
        self.reading = .head
        if self.exchange == nil, self.waiting.isEmpty {
            self.serve(head, body)
        } else {
            self.waiting.append((head, body))
        }
    }

    private func serve(_ head: HTTPRequestHead, _ body: ByteBuffer) {
        guard let context else { return }
        if !head.isKeepAlive { self.closesAfterAnswer = true }
        let exchange = HTTPConnectionExchange(
            self, loop: context.eventLoop, isHead: head.method == .HEAD, isHTTP10: head.version.minor == 0)
        self.exchange = exchange
        self.deadline = .distantFuture
        let query = head.uri.utf8.firstIndex(of: UInt8(ascii: "?"))
        let request = HTTPRequest(
            method: head.method, path: query.map { String(head.uri[..<$0]) } ?? head.uri,
            query: query.map { String(head.uri[head.uri.utf8.index(after: $0)...]) } ?? "", headers: head.headers,
            body: body,
            remoteAddress: self.remoteAddress)
        self.handler.handle(request, exchange: exchange)
    }

    // MARK: - Refusals

    private func refuseBody() {
        let setting = self.limits.bodySetting.map { " (\($0))" } ?? ""
        self.refuse(413, "The request's body is over \(self.limits.bodyBytes) bytes\(setting).")
    }

    /// Answers what cannot be handed over, and closes: what follows on the connection cannot be trusted to be a request.
    private func refuse(_ status: Int, _ message: String) {
        guard case .discarding = self.reading, self.closesAfterAnswer else {
            self.reading = .discarding
            self.closesAfterAnswer = true
            self.waiting = []
            guard self.exchange == nil, let context else { return }
            let exchange = HTTPConnectionExchange(self, loop: context.eventLoop, isHead: false, isHTTP10: false)
            self.exchange = exchange
            exchange.respond(
                status: status, headers: [("content-type", "application/json")],
                body: ByteBuffer(string: "{\"message\":\"\(message)\"}"))
            return
        }
    }

    // MARK: - Answers

    var willClose: Bool { self.closesAfterAnswer }

    /// Writes and flushes.
    ///
    /// Returns whether the client keeps up.
    @discardableResult
    func write(_ buffer: ByteBuffer) -> Bool {
        guard let context else { return true }
        context.writeAndFlush(self.wrapOutboundOut(buffer), promise: nil)
        let isWritable = context.channel.isWritable
        if !isWritable { self.extendDeadlineForProgress() }
        return isWritable
    }

    /// Writes without flushing.
    func writePart(_ buffer: ByteBuffer) {
        guard let context else { return }
        context.write(self.wrapOutboundOut(buffer), promise: nil)
    }

    /// The answer to `exchange` is complete.
    func finished(_ exchange: HTTPConnectionExchange) {
        guard self.exchange === exchange, let context else { return }
        self.exchange = nil
        if self.closesAfterAnswer {
            self.closeGracefully(context)
            return
        }
        self.deadline = .now() + .milliseconds(Int64(self.limits.idleTimeoutMilliseconds))
        if let (head, body) = self.waiting.popFirst() { self.serve(head, body) }
        if self.holdsRead, self.exchange == nil || self.waiting.isEmpty {
            self.holdsRead = false
            context.read()
        }
    }

    /// Breaks the answer off.
    func aborted(_ exchange: HTTPConnectionExchange) {
        guard self.exchange === exchange else { return }
        self.exchange = nil
        self.context?.close(promise: nil)
    }

    /// Closes after a refusal: the client may still be sending, and a reset would destroy the answer before it is read.
    private func closeGracefully(_ context: ChannelHandlerContext) {
        self.deadline = .now() + .seconds(2)
        if case .discarding = self.reading {
            let channel = context.channel
            context.channel.close(mode: .output, promise: nil)
            context.eventLoop.scheduleTask(in: .milliseconds(500)) { channel.close(promise: nil) }
        } else {
            context.close(promise: nil)
        }
    }

    // MARK: - Time

    private var headStartedAt: NIODeadline?

    /// A slow head does not get more time with each byte: the limit counts from its first.
    private func extendDeadlineForHead() {
        guard self.headStartedAt == nil else { return }
        let now = NIODeadline.now()
        self.headStartedAt = now
        self.deadline = now + .milliseconds(Int64(self.limits.headTimeoutMilliseconds))
    }

    private func extendDeadlineForProgress() {
        self.deadline = .now() + .milliseconds(Int64(self.limits.bodyTimeoutMilliseconds))
    }

    /// Closes the connection when its time is over.
    func check(now: NIODeadline) {
        if let context, self.exchange != nil, context.channel.isWritable { return }
        guard now >= self.deadline else { return }
        if self.exchange == nil, self.bytesSinceHead > 0 || !self.isBetweenRequests {
            self.refuse(408, "The request did not arrive in time.")
        } else {
            self.closeNow()
        }
    }

    private var isBetweenRequests: Bool {
        if case .head = self.reading { return true }
        return false
    }

    func closeNow() { self.context?.close(promise: nil) }

    /// Closes as soon as no request is being answered.
    func closeWhenIdle() {
        self.closesAfterAnswer = true
        if self.exchange == nil, self.isBetweenRequests { self.closeNow() }
    }
}

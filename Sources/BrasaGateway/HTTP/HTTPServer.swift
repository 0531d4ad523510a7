import Logging
package import NIOCore
import NIOHTTP1
import NIOPosix

/// One listening port.
///
/// Lives on one event loop; connections live on it too.
///
/// A plain channel pipeline of NIO's parser and `HTTPConnection`: no `NIOAsyncChannel`, because that costs two thread hops
/// for each request (docs/decisions/0003).
package final class HTTPServer {
    private let loop: any EventLoop
    private let limits: HTTPLimits
    private let handler: any HTTPHandler
    private var channel: (any Channel)?
    private var connections: [ObjectIdentifier: HTTPConnection] = [:]
    private var sweep: RepeatedTask?
    private(set) var isDraining = false

    package init(loop: any EventLoop, limits: HTTPLimits, handler: any HTTPHandler) {
        self.loop = loop
        self.limits = limits
        self.handler = handler
    }

    /// Listens.
    ///
    /// On the loop. Gives the port in use, which differs from `port` when that is 0.
    ///
    /// Fails with the system's `IOError` when the address cannot be had.
    package func start(host: String, port: Int) -> EventLoopFuture<Int> {
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        return ServerBootstrap(group: self.loop)
            .serverChannelOption(.backlog, value: 4_096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // NIO accepts 4 connections a turn by default, which makes a burst of clients wait.
            .serverChannelOption(.maxMessagesPerRead, value: 256)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try bound.value.accepted(channel) }
            }
            .bind(host: host, port: port)
            .map { channel in
                bound.value.channel = channel
                return channel.localAddress?.port ?? port
            }
    }

    /// Stops listening, lets requests under way finish for up to `seconds`, then closes what is left.
    ///
    /// On the loop.
    package func stop(seconds: Int64) -> EventLoopFuture<Void> {
        self.isDraining = true
        for connection in self.connections.values { connection.closeWhenIdle() }
        let closed = self.channel?.close() ?? self.loop.makeSucceededVoidFuture()
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        let deadline = NIODeadline.now() + .seconds(seconds)
        return closed.flatMapError { _ in bound.value.loop.makeSucceededVoidFuture() }
            .flatMap { bound.value.drained(until: deadline) }
    }

    private func drained(until deadline: NIODeadline) -> EventLoopFuture<Void> {
        guard !self.connections.isEmpty, NIODeadline.now() < deadline else {
            for connection in self.connections.values { connection.closeNow() }
            self.sweep?.cancel()
            return self.loop.makeSucceededVoidFuture()
        }
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        return self.loop.flatScheduleTask(in: .milliseconds(10)) { bound.value.drained(until: deadline) }.futureResult
    }

    private func accepted(_ channel: any Channel) throws {
        guard self.connections.count < self.limits.connections, !self.isDraining else {
            channel.close(promise: nil)
            return
        }
        let connection = HTTPConnection(
            handler: self.handler, limits: self.limits, remoteAddress: channel.remoteAddress?.ipAddress ?? "")
        let id = ObjectIdentifier(connection)
        self.connections[id] = connection
        // Not by what the connection itself hears: of one that is closed before it is open it hears nothing.
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        channel.closeFuture.whenComplete { _ in bound.value.ended(id) }
        try channel.pipeline.syncOperations.addHandlers([
            HTTPHeadGuard(connection),
            ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)),
            connection,
        ])
        self.startSweep()
    }

    private func ended(_ id: ObjectIdentifier) {
        self.connections[id] = nil
        if self.connections.isEmpty {
            self.sweep?.cancel()
            self.sweep = nil
        }
    }

    /// One timer for all connections: a timer for each request would cost more than the request.
    private func startSweep() {
        guard self.sweep == nil else { return }
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        self.sweep = self.loop.scheduleRepeatedTask(initialDelay: .milliseconds(500), delay: .milliseconds(500)) { _ in
            let now = NIODeadline.now()
            for connection in bound.value.connections.values { connection.check(now: now) }
        }
    }
}

/// Counts bytes before the parser, which would take headers of any length.
private final class HTTPHeadGuard: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let connection: HTTPConnection

    init(_ connection: HTTPConnection) {
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.connection.willParse(self.unwrapInboundIn(data).readableBytes)
        context.fireChannelRead(data)
    }
}

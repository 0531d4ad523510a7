import BrasaBench
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// Calls a function over HTTP, from this process.
///
/// Lives on one event loop.
final class HTTPLoad {
    /// What is called, and how.
    struct Target: Sendable {
        var host: String
        var port: Int
        /// With its slash.
        var path: String
        /// Bodies, taken in turn and sent with POST; none: GET without a body.
        var events: [Data]
    }

    private let plan: LoadPlan
    private let target: Target
    private let loop: any EventLoop
    private let onProgress: (LoadProgress) -> Void
    private let done: EventLoopPromise<LoadResult>
    private let bodies: [ByteBuffer]
    private let head: HTTPRequestHead
    private var meter: LoadMeter
    private var idle: [HTTPLoadConnection] = []
    private var nextBody = 0
    private var wake: Scheduled<Void>?
    private var isFinished = false

    /// Runs a load; returns once all calls have been answered.
    ///
    /// - Throws: `CommandFailure` when the first connections cannot be made, `CancellationError` when cancelled.
    static func run(
        _ plan: LoadPlan, _ target: Target, onProgress: @escaping @Sendable (LoadProgress) -> Void
    ) async throws -> LoadResult {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        do {
            let load = try await loop.submit {
                NIOLoopBound(HTTPLoad(plan, target, loop: loop, onProgress: onProgress), eventLoop: loop)
            }.get()
            let result = try await withTaskCancellationHandler {
                try await loop.flatSubmit { load.value.start() }.get()
            } onCancel: {
                loop.execute { load.value.fail(CancellationError()) }
            }
            try await group.shutdownGracefully()
            return result
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private init(
        _ plan: LoadPlan, _ target: Target, loop: any EventLoop, onProgress: @escaping (LoadProgress) -> Void
    ) {
        self.plan = plan
        self.target = target
        self.loop = loop
        self.onProgress = onProgress
        self.done = loop.makePromise()
        self.bodies = target.events.map { ByteBuffer(bytes: $0) }
        var head = HTTPRequestHead(version: .http1_1, method: target.events.isEmpty ? .GET : .POST, uri: target.path)
        head.headers.add(name: "host", value: "\(target.host):\(target.port)")
        if !target.events.isEmpty { head.headers.add(name: "content-type", value: "application/json") }
        self.head = head
        self.meter = LoadMeter(plan, now: NIODeadline.now().uptimeNanoseconds)
    }

    // MARK: - Start and end

    private func start() -> EventLoopFuture<LoadResult> {
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        let connections = (0..<self.plan.connections).map { _ in self.connect() }
        EventLoopFuture.andAllSucceed(connections, on: self.loop).whenComplete { result in
            switch result {
            case .success: bound.value.begin()
            case .failure(let error): bound.value.fail(bound.value.connectFailure(error))
            }
        }
        return self.done.futureResult
    }

    private func begin() {
        guard !self.isFinished else { return }
        // Now, so that making connections is no part of the warming up.
        self.meter = LoadMeter(self.plan, now: NIODeadline.now().uptimeNanoseconds)
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        let task = self.loop.scheduleRepeatedTask(initialDelay: .milliseconds(250), delay: .milliseconds(250)) { _ in
            bound.value.tick()
        }
        self.done.futureResult.whenComplete { _ in task.cancel() }
        self.pump()
    }

    private func tick() {
        guard !self.isFinished else { return }
        self.onProgress(self.meter.progress(now: NIODeadline.now().uptimeNanoseconds))
        self.finishIfOver()
    }

    private func finishIfOver() {
        guard !self.isFinished, self.meter.pacer.isOver(now: NIODeadline.now().uptimeNanoseconds) else { return }
        self.isFinished = true
        self.wake?.cancel()
        self.done.succeed(self.meter.result())
    }

    private func fail(_ error: any Error) {
        guard !self.isFinished else { return }
        self.isFinished = true
        self.wake?.cancel()
        self.done.fail(error)
    }

    // MARK: - Connections

    private func connect() -> EventLoopFuture<Void> {
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        return ClientBootstrap(group: self.loop)
            .channelOption(.socketOption(.init(rawValue: SO_REUSEADDR)), value: 1)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let load = bound.value
                    let connection = HTTPLoadConnection(
                        channel, onEnd: { load.ended($0, $1) }, onLost: { load.lost($0) })
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(connection)
                    load.idle.append(connection)
                }
            }
            .connect(host: self.target.host, port: self.target.port).map { _ in }
    }

    private func connectFailure(_ error: any Error) -> CommandFailure {
        CommandFailure(
            .unavailable,
            "\(self.plan.connections) connections to http://\(self.target.host):\(self.target.port) cannot be made: "
                + "\(error)", cause: error)
    }

    // MARK: - Calls

    private func pump() {
        guard !self.isFinished else { return }
        var now = NIODeadline.now().uptimeNanoseconds
        while let connection = self.idle.last, let intended = self.meter.begin(now: now) {
            self.idle.removeLast()
            var body: ByteBuffer?
            if !self.bodies.isEmpty {
                body = self.bodies[self.nextBody]
                self.nextBody = (self.nextBody + 1) % self.bodies.count
            }
            connection.send(self.head, body: body, intended: intended)
            now = NIODeadline.now().uptimeNanoseconds
        }
        if let next = self.meter.pacer.next(now: now), !self.idle.isEmpty {
            self.wake?.cancel()
            let bound = NIOLoopBound(self, eventLoop: self.loop)
            self.wake = self.loop.scheduleTask(deadline: .uptimeNanoseconds(next)) { bound.value.pump() }
        }
        self.finishIfOver()
    }

    private func ended(_ connection: HTTPLoadConnection, _ answer: HTTPLoadConnection.Answer) {
        let now = NIODeadline.now().uptimeNanoseconds
        self.meter.end(
            intended: answer.intended,
            sample: LoadSample(
                latencyNanoseconds: Int64(now - min(now, answer.intended)), isCold: false, error: answer.error),
            now: now)
        if answer.isReusable {
            self.idle.append(connection)
            self.pump()
        } else {
            self.reconnect()
        }
    }

    /// The server has closed a connection that was idle.
    private func lost(_ connection: HTTPLoadConnection) {
        guard let index = self.idle.firstIndex(where: { $0 === connection }) else { return }
        self.idle.remove(at: index)
        if !self.isFinished { self.reconnect() }
    }

    private func reconnect() {
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        self.connect().whenComplete { result in
            switch result {
            case .success: bound.value.pump()
            case .failure(let error): bound.value.fail(bound.value.connectFailure(error))
            }
        }
    }
}

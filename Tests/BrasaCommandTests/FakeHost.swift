import BrasaGateway
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A control port that answers what a test says, on a real socket.
final class FakeHost: Sendable {
    struct Answer: Sendable {
        var status = 200
        var headers: [(String, String)] = []
        var body: String
    }

    private final class Handler: HTTPHandler {
        let requests = Mutex<[HTTPRequest]>([])
        let answer: @Sendable (HTTPRequest) -> Answer

        init(_ answer: @escaping @Sendable (HTTPRequest) -> Answer) {
            self.answer = answer
        }

        func handle(_ request: HTTPRequest, exchange: any HTTPExchange) {
            self.requests.withLock { $0.append(request) }
            let answer = self.answer(request)
            exchange.respond(status: answer.status, headers: answer.headers, body: ByteBuffer(string: answer.body))
        }
    }

    let port: Int
    private let handler: Handler
    private let server: NIOLoopBound<HTTPServer>

    var endpoint: String { "http://127.0.0.1:\(self.port)" }
    /// What was asked, in order.
    var requests: [HTTPRequest] { self.handler.requests.withLock { $0 } }

    /// - Parameter port: 0 takes a free one.
    init(port: Int = 0, answer: @escaping @Sendable (HTTPRequest) -> Answer) async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let handler = Handler(answer)
        let server = try await loop.submit {
            NIOLoopBound(HTTPServer(loop: loop, limits: HTTPLimits(), handler: handler), eventLoop: loop)
        }.get()
        self.handler = handler
        self.server = server
        self.port = try await loop.flatSubmit { server.value.start(host: "127.0.0.1", port: port) }.get()
    }

    /// Stops listening and closes all connections.
    func stop() async throws {
        let server = self.server
        try await server.eventLoop.flatSubmit { server.value.stop(seconds: 0) }.get()
    }
}

import BrasaGateway
import NIOCore
import NIOPosix
import Testing

/// A port that stops.
@Suite(.timeLimit(.minutes(5)))
struct HTTPServerTests {
    private final class Handler: HTTPHandler {
        func handle(_ request: HTTPRequest, exchange: any HTTPExchange) {
            exchange.respond(status: 204, headers: [], body: ByteBuffer())
        }
    }

    @Test func stopsThoughClientsComeInThatVeryMoment() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let (loop, clients) = (group.next(), group.next())
        for _ in 0..<300 {
            let server = try await loop.submit {
                NIOLoopBound(
                    HTTPServer(loop: loop, limits: HTTPLimits(), handler: Handler()), eventLoop: loop)
            }.get()
            let port = try await loop.flatSubmit { server.value.start(host: "127.0.0.1", port: 0) }.get()
            let connections = (0..<8).map { _ in ClientBootstrap(group: clients).connect(host: "127.0.0.1", port: port)
            }
            // Whoever waits so long for a connection that is gone waits until the test's own limit.
            try await loop.flatSubmit { server.value.stop(seconds: 3_600) }.get()
            for connection in connections {
                // Refused, or closed by the server; of the latter the system does not tell everybody who was not accepted yet.
                try? await connection.get().close()
            }
        }
        try await group.shutdownGracefully()
    }
}

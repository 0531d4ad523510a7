import BrasaGateway
import BrasaPool
import BrasaRouter
import NIOCore

/// `/health` and `/metrics` in front of the AWS APIs.
final class ControlPages: HTTPHandler {
    private let next: any HTTPHandler
    private let engine: NIOLoopBound<Engine>
    private let engineLoop: any EventLoop
    private let memoryCap: String
    private let delivery: AsyncDelivery
    private let tables: TableMetrics

    init(
        next: any HTTPHandler, engine: NIOLoopBound<Engine>, engineLoop: any EventLoop, memoryCap: String,
        delivery: AsyncDelivery, tables: TableMetrics
    ) {
        self.next = next
        self.engine = engine
        self.engineLoop = engineLoop
        self.memoryCap = memoryCap
        self.delivery = delivery
        self.tables = tables
    }

    func handle(_ request: HTTPRequest, exchange: any HTTPExchange) {
        switch request.path {
        case "/health":
            exchange.respond(
                status: 200, headers: [("content-type", "application/json")],
                body: ByteBuffer(string: "{\"status\":\"ok\",\"memory_cap\":\"\(self.memoryCap)\"}\n"))
        case "/metrics":
            self.metrics(exchange)
        default:
            self.next.handle(request, exchange: exchange)
        }
    }

    private func metrics(_ exchange: any HTTPExchange) {
        let loop = exchange.eventLoop
        let bound = NIOLoopBound(exchange, eventLoop: loop)
        self.engineLoop.execute { [engine, memoryCap, tables] in
            let text = PrometheusText.render(engine.value, memoryCap: memoryCap)
            tables.render { more in
                loop.execute {
                    bound.value.respond(
                        status: 200, headers: [("content-type", "text/plain; version=0.0.4; charset=utf-8")],
                        body: ByteBuffer(string: text + more))
                }
            }
        }
    }
}

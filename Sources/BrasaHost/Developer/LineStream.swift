import BrasaAWS
import BrasaGateway
import Foundation
import NIOCore
import Synchronization

/// Answers a request with JSON, a line for each thing that happens, as it happens.
///
/// Callable from any thread; lines go out in the order of the calls.
final class LineStream: Sendable {
    private let exchange: NIOLoopBound<any HTTPExchange>
    private let hasBegun = Atomic(false)

    /// On the exchange's loop.
    init(_ exchange: any HTTPExchange) {
        self.exchange = NIOLoopBound(exchange, eventLoop: exchange.eventLoop)
    }

    /// Begins the answer.
    func begin() {
        self.hasBegun.store(true, ordering: .relaxed)
        self.onLoop { $0.begin(status: 200, headers: [("content-type", "application/x-ndjson")]) }
    }

    /// Writes a line.
    func write(_ value: some Encodable & Sendable) {
        guard var line = try? JSONEncoder().encode(value) else { return }
        line.append(UInt8(ascii: "\n"))
        let bytes = ByteBuffer(bytes: line)
        self.onLoop { _ = $0.write(bytes) }
    }

    /// Completes the answer.
    func end() { self.onLoop { $0.end() } }

    /// Ends the answer with an error: the whole answer while it has not begun, else its last line.
    func fail(_ error: LambdaError) {
        guard self.hasBegun.load(ordering: .relaxed) else {
            return self.onLoop { $0.respond(status: error.status, headers: error.headers, body: error.body) }
        }
        self.write(["failure": error.message])
        self.end()
    }

    private func onLoop(_ work: @escaping @Sendable (any HTTPExchange) -> Void) {
        let exchange = self.exchange
        exchange.eventLoop.execute { work(exchange.value) }
    }
}

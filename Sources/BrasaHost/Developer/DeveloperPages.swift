import BrasaAWS
import BrasaBench
import BrasaGateway
import BrasaModel
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization

/// What `brasa bench`, `brasa dev` and `brasa replay` ask the host, under `/_brasa/`, in front of the other pages.
final class DeveloperPages: HTTPHandler {
    private let next: any HTTPHandler
    private let bench: Bench
    private let addresses: HostAddresses

    init(next: any HTTPHandler, bench: Bench, addresses: HostAddresses) {
        self.next = next
        self.bench = bench
        self.addresses = addresses
    }

    func handle(_ request: HTTPRequest, exchange: any HTTPExchange) {
        switch (request.method, request.path) {
        case (.GET, "/_brasa/host"): self.host(exchange)
        case (.POST, "/_brasa/bench"): self.measure(request, exchange)
        default: self.next.handle(request, exchange: exchange)
        }
    }

    private func host(_ exchange: any HTTPExchange) {
        let body = (try? JSONEncoder().encode(self.addresses.current)) ?? Data()
        exchange.respond(
            status: 200, headers: [("content-type", "application/json")], body: ByteBuffer(bytes: body))
    }

    private func measure(_ request: HTTPRequest, _ exchange: any HTTPExchange) {
        self.stream(exchange) { [bench] stream in
            let order: BenchOrder
            do {
                order = try JSONDecoder().decode(BenchOrder.self, from: Data(request.body.readableBytesView))
            } catch {
                throw LambdaError.serialization("The body is no order for a measurement: \(error)")
            }
            let result = try await bench.run(
                order, onStart: { stream.begin() }, onProgress: { stream.write(BenchMessage(progress: $0)) })
            stream.write(BenchMessage(result: result))
            stream.end()
        }
    }

    /// Runs work that answers line by line, until it ends or the client leaves.
    private func stream(
        _ exchange: any HTTPExchange, _ work: @escaping @Sendable (LineStream) async throws -> Void
    ) {
        let stream = LineStream(exchange)
        // Unstructured because an event loop has no task to be a child of. It ends with the request: cancelled when the
        // client leaves, and its answer is ignored then.
        let task = Task {
            do {
                try await work(stream)
            } catch {
                stream.fail(
                    (error as? LambdaError) ?? (error as? CatalogError).map { LambdaError($0) } ?? .service("\(error)"))
            }
        }
        exchange.onClose = { task.cancel() }
    }
}

/// Where the host's ports are, once they are open.
final class HostAddresses: Sendable {
    /// What `GET /_brasa/host` says.
    struct Addresses: Encodable, Sendable {
        /// An address, as clients on this machine reach it.
        struct Address: Encodable, Sendable {
            let host: String
            let port: Int
        }

        var gateway: Address?
        var pid: Int32
        var memoryCap: String
    }

    private let addresses: Mutex<Addresses>

    init(memoryCap: String) {
        self.addresses = Mutex(Addresses(gateway: nil, pid: getpid(), memoryCap: memoryCap))
    }

    var current: Addresses { self.addresses.withLock { $0 } }

    func setGateway(host: String, port: Int) {
        self.addresses.withLock { $0.gateway = Addresses.Address(host: host, port: port) }
    }
}

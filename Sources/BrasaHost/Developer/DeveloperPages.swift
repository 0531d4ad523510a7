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
    private static let recordings = "/_brasa/recordings/"

    private let next: any HTTPHandler
    private let bench: Bench
    private let candidates: Candidates
    private let replay: Replay
    private let addresses: HostAddresses
    private let streams = Mutex<[ObjectIdentifier: Task<Void, Never>]>([:])

    init(
        next: any HTTPHandler, bench: Bench, candidates: Candidates, replay: Replay, addresses: HostAddresses
    ) {
        self.next = next
        self.bench = bench
        self.candidates = candidates
        self.replay = replay
        self.addresses = addresses
    }

    func handle(_ request: HTTPRequest, exchange: any HTTPExchange) {
        switch (request.method, request.path) {
        case (.GET, "/_brasa/host"): self.host(exchange)
        case (.POST, "/_brasa/bench"): self.measure(request, exchange)
        case (.POST, "/_brasa/candidates"): self.hold(request, exchange)
        case (.POST, "/_brasa/replay"): self.replay(request, exchange)
        case (.GET, let path) where path.hasPrefix(Self.recordings):
            self.recorded(String(path.dropFirst(Self.recordings.count)), exchange)
        default: self.next.handle(request, exchange: exchange)
        }
    }

    /// Ends all answers that go on until somebody ends them.
    func stop() async {
        let tasks = self.streams.withLock { Array($0.values) }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    // MARK: - Pages

    private func host(_ exchange: any HTTPExchange) {
        let body = (try? JSONEncoder().encode(self.addresses.current)) ?? Data()
        exchange.respond(
            status: 200, headers: [("content-type", "application/json")], body: ByteBuffer(bytes: body))
    }

    private func measure(_ request: HTTPRequest, _ exchange: any HTTPExchange) {
        self.stream(exchange) { [bench] stream in
            let order = try Self.order(BenchOrder.self, request)
            let result = try await bench.run(
                order, onStart: { stream.begin() }, onProgress: { stream.write(BenchMessage(progress: $0)) })
            stream.write(BenchMessage(result: result))
            stream.end()
        }
    }

    private func recorded(_ name: String, _ exchange: any HTTPExchange) {
        self.stream(exchange) { [replay] stream in
            let events = try await replay.events(of: name.removingPercentEncoding ?? name)
            stream.begin()
            stream.write(RecordedEvents(events: events))
            stream.end()
        }
    }

    private func replay(_ request: HTTPRequest, _ exchange: any HTTPExchange) {
        self.stream(exchange) { [replay] stream in
            try await replay.run(
                try Self.order(ReplayOrder.self, request), onStart: { stream.begin() },
                onPlayed: { stream.write(ReplayMessage(played: $0)) })
            stream.end()
        }
    }

    private static func order<Order: Decodable>(_ type: Order.Type, _ request: HTTPRequest) throws -> Order {
        do {
            return try JSONDecoder().decode(type, from: Data(request.body.readableBytesView))
        } catch {
            throw LambdaError.serialization("The body does not say what to do: \(error)")
        }
    }

    /// Runs the library in the body as a candidate until the client leaves; without a body, the function's own code.
    private func hold(_ request: HTTPRequest, _ exchange: any HTTPExchange) {
        let query = URLComponents(string: "?" + request.query)?.queryItems ?? []
        func value(_ name: String) -> String? { query.first { $0.name == name }?.value }
        let (function, qualifier, file) = (value("function"), value("qualifier"), value("file"))
        self.stream(exchange) { [candidates] stream in
            guard let function else {
                throw LambdaError.invalidParameter("The query names no function: add function=<name>.")
            }
            let original = try await candidates.live(function, qualifier: qualifier)
            let library = request.body.readableBytes == 0 ? nil : Array(request.body.readableBytesView)
            let fileName = (file ?? "").split(separator: "/").last.map(String.init) ?? "candidate.so"
            try await candidates.with(beside: original, library: library, fileName: fileName) { candidate in
                stream.begin()
                stream.write(
                    CandidateMessage(
                        candidate: CandidateMessage.Candidate(
                            name: candidate.name, codeSHA256: candidate.version.codeSHA256,
                            isolation: candidate.isolation, note: candidate.note, start: candidate.start)))
                // Something to read now and then, so that clients with a limit on silence stay.
                while !Task.isCancelled {
                    try? await Task.sleep(for: .seconds(10))
                    stream.write(CandidateMessage())
                }
            }
            stream.end()
        }
    }

    /// Runs work that answers line by line, until it ends, the client leaves or the host stops.
    private func stream(
        _ exchange: any HTTPExchange, _ work: @escaping @Sendable (LineStream) async throws -> Void
    ) {
        let stream = LineStream(exchange)
        // Unstructured because an event loop has no task to be a child of; kept here, and cancelled when the client leaves or
        // the host stops.
        let task = Task {
            do {
                try await work(stream)
            } catch is CancellationError {
                stream.fail(.service("The host is stopping."))
            } catch {
                stream.fail(
                    (error as? LambdaError) ?? (error as? CatalogError).map { LambdaError($0) } ?? .service("\(error)"))
            }
            self.streams.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(stream)) }
        }
        self.streams.withLock { $0[ObjectIdentifier(stream)] = task }
        exchange.onClose = { task.cancel() }
    }
}

import BrasaAWS
import BrasaGateway
import BrasaSQLite
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// What `brasa state` asks the host, under `/_brasa/state/`, in front of the other pages.
///
/// Paths in requests are the host's own. A restored or emptied state is taken over after the answer: the host stops, and
/// comes up again at the same ports.
final class StatePages: HTTPHandler {
    private struct Body: Decodable {
        let path: String
    }

    private let next: any HTTPHandler
    private let stateFolder: String
    private let threads: NIOThreadPool
    /// Held by the one that works on the folder: two that prepare at once would mix.
    private let exclusive = Mutex(())
    private let reopen = Mutex<(@Sendable () -> Void)?>(nil)

    init(next: any HTTPHandler, stateFolder: String, threads: NIOThreadPool) {
        self.next = next
        self.stateFolder = stateFolder
        self.threads = threads
    }

    /// Who stops the host and starts it again.
    func setReopen(_ body: @escaping @Sendable () -> Void) { self.reopen.withLock { $0 = body } }

    func handle(_ request: HTTPRequest, exchange: any HTTPExchange) {
        switch (request.method, request.path) {
        case (.POST, "/_brasa/state/snapshot"):
            self.answer(request, exchange) { folder, path in
                let manifest = try StateSnapshot.take(of: folder, to: path ?? "", now: WallClock.milliseconds())
                return try JSONEncoder().encode(manifest)
            }
        case (.POST, "/_brasa/state/restore"):
            self.answer(request, exchange, reopens: true) { folder, path in
                try StateReplacement(folder).prepare(from: path)
                return Data("{}".utf8)
            }
        case (.POST, "/_brasa/state/reset"):
            self.answer(request, exchange, needsPath: false, reopens: true) { folder, _ in
                try StateReplacement(folder).prepare(from: nil)
                return Data("{}".utf8)
            }
        default: self.next.handle(request, exchange: exchange)
        }
    }

    /// Does `work` on a thread that may block, answers with what it gives, and reopens the host if that was asked.
    private func answer(
        _ request: HTTPRequest, _ exchange: any HTTPExchange, needsPath: Bool = true, reopens: Bool = false,
        _ work: @escaping @Sendable (_ folder: String, _ path: String?) throws -> Data
    ) {
        let path = try? JSONDecoder().decode(Body.self, from: Data(request.body.readableBytesView)).path
        guard !needsPath || path?.hasPrefix("/") == true else {
            let error = LambdaError.invalidParameter(
                "The body has to be {\"path\": \"<absolute path of the snapshot>\"}.")
            exchange.respond(status: error.status, headers: error.headers, body: error.body)
            return
        }
        let bound = NIOLoopBound(exchange, eventLoop: exchange.eventLoop)
        let reopen = reopens ? self.reopen.withLock { $0 } : nil
        self.threads.runIfActive(eventLoop: exchange.eventLoop) {
            try self.exclusive.withLock { _ in try work(self.stateFolder, path) }
        }
        .whenComplete { result in
            switch result {
            case .success(let json):
                bound.value.respond(
                    status: 200, headers: [("content-type", "application/json")], body: ByteBuffer(bytes: json))
                reopen?()
            case .failure(let error):
                let error = LambdaError("StateException", status: 409, message: "\(error)")
                bound.value.respond(status: error.status, headers: error.headers, body: error.body)
            }
        }
    }
}

import BrasaModel
import BrasaSQLite
import Foundation
import Logging
import NIOCore
import Synchronization

@testable import BrasaServices

/// A table service on a real file, whose time stands still until a test moves it.
final class TableBed: Sendable {
    /// What the service answers or refuses with.
    struct Refusal: Error, Equatable {
        let type: String
        let message: String
    }

    /// Milliseconds since 1970.
    private final class Clock: Sendable {
        let milliseconds = Atomic<Int64>(1_790_000_000_000)
    }

    let service: TableService
    let store: SQLiteTableStore
    let path: String
    private let clock: Clock
    /// Whether the folder goes with this.
    private let isOwner: Bool

    /// - Parameters:
    ///   - path: folder of an earlier bed that was closed, to go on with; nil makes one.
    ///   - wrap: what stands between the service and the store.
    init(path: String? = nil, wrap: (SQLiteTableStore) -> any TableStore = { $0 }) async throws {
        self.isOwner = path == nil
        self.path = path ?? FileManager.default.temporaryDirectory.path + "/brasa-tables-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
        let clock = Clock()
        self.clock = clock
        self.store = try SQLiteTableStore(in: StateDirectoryLock(directory: self.path))
        self.service = try await TableService(
            store: wrap(self.store), scope: AccountScope(), logger: Logger(label: "tables"), offload: { $0() },
            now: { clock.milliseconds.load(ordering: .relaxed) })
    }

    deinit {
        if self.isOwner { try? FileManager.default.removeItem(atPath: self.path) }
    }

    /// A new folder with the file as it is, as a kill would leave it.
    func copy() throws -> String {
        let path = FileManager.default.temporaryDirectory.path + "/brasa-tables-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for name in ["tables.sqlite", "tables.sqlite-wal"] {
            try FileManager.default.copyItem(atPath: "\(self.path)/\(name)", toPath: "\(path)/\(name)")
        }
        return path
    }

    var milliseconds: Int64 { self.clock.milliseconds.load(ordering: .relaxed) }

    func advance(milliseconds: Int64) {
        self.clock.milliseconds.add(milliseconds, ordering: .relaxed)
    }

    /// Asks the service and returns the members of its answer.
    ///
    /// - Throws: `Refusal`.
    @discardableResult
    func ask(_ operation: String, _ parameters: [String: Any]) async throws -> Members {
        let body = try JSONSerialization.data(withJSONObject: parameters)
        let response = try await self.ask(operation, body: ByteBuffer(bytes: body))
        return try Members(response)
    }

    /// The same with a body as it is sent.
    func ask(_ operation: String, body: ByteBuffer) async throws -> ByteBuffer {
        let request = ServiceRequest(
            service: "dynamodb", operation: operation, parameters: body, caller: .client(accessKey: nil))
        return try await withCheckedThrowingContinuation { continuation in
            self.service.perform(request) { result in
                continuation.resume(
                    with: result.map(\.result).mapError { Refusal(type: $0.type, message: $0.message) })
            }
        }
    }

    /// The refusal of a request; nil when it is done.
    func refusal(_ operation: String, _ parameters: [String: Any]) async throws -> Refusal? {
        do {
            _ = try await self.ask(operation, parameters)
            return nil
        } catch let refusal as Refusal {
            return refusal
        }
    }
}

/// The members of an answer.
struct Members: @unchecked Sendable {
    /// What `JSONSerialization` makes of it: values that nobody changes.
    let json: [String: Any]

    init(_ buffer: ByteBuffer) throws {
        guard buffer.readableBytes > 0 else {
            self.json = [:]
            return
        }
        self.json =
            try JSONSerialization.jsonObject(with: Data(buffer.readableBytesView)) as? [String: Any] ?? [:]
    }

    subscript(name: String) -> Any? { self.json[name] }

    /// A member that is an object.
    func members(_ name: String) -> [String: Any]? { self.json[name] as? [String: Any] }

    /// A member that is a list of objects.
    func list(_ name: String) -> [[String: Any]]? { self.json[name] as? [[String: Any]] }
}

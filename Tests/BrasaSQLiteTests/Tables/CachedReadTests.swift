import BrasaServices
import CBrasaTransport
import Foundation
import Glibc
import NIOCore
import Synchronization
import Testing

@testable import BrasaSQLite

/// Reads that are done on the caller's thread as long as no disk is needed.
@Suite(.timeLimit(.minutes(5))) struct CachedReadTests {
    private let directory: TemporaryDirectory
    private let store: SQLiteTableStore

    init() throws {
        self.directory = try TemporaryDirectory()
        self.store = try SQLiteTableStore(in: StateDirectoryLock(directory: self.directory.path))
    }

    private struct Answer<Value: Sendable>: Sendable {
        let value: Value
        /// Whether it was there when the call returned.
        let wasAtOnce: Bool
    }

    /// Reads a few and says whether anybody had to be woken for it.
    private static func readFew<Value: Sendable>(
        _ store: SQLiteTableStore, _ body: @escaping @Sendable (any TableReading) throws -> Value
    ) async throws -> Answer<Value> {
        try await withCheckedThrowingContinuation { continuation in
            let caller = pthread_self()
            store.readFew(body) { result in
                let isCaller = pthread_equal(pthread_self(), caller) != 0
                continuation.resume(with: result.map { Answer(value: $0, wasAtOnce: isCaller) })
            }
        }
    }

    @discardableResult
    private func write<Value: Sendable>(_ body: @escaping @Sendable (any TableWriting) throws -> Value) async throws
        -> Value
    {
        try await withCheckedThrowingContinuation { continuation in
            self.store.write(body) { continuation.resume(with: $0) }
        }
    }

    /// Reads on a thread of the store, which is where the caller's connection is made ready.
    private static func readElsewhere(_ store: SQLiteTableStore) async throws {
        _ = try await withCheckedThrowingContinuation { continuation in
            store.read({ try $0.tableNames(after: "", limit: 1) }, completion: { continuation.resume(with: $0) })
        }
    }

    private static func item(_ key: String, _ text: String) -> StoredItem {
        StoredItem(key: Array(key.utf8), json: ByteBuffer(string: text), sizeBytes: text.utf8.count)
    }

    /// Reads on the caller's thread once the schema has been read elsewhere; later ones are at once.
    private static func readAtOnce<Value: Sendable & Equatable>(
        _ store: SQLiteTableStore, _ body: @escaping @Sendable (any TableReading) throws -> Value
    ) async throws -> Value {
        while true {
            let answer = try await Self.readFew(store, body)
            if answer.wasAtOnce { return answer.value }
            try await Self.readElsewhere(store)
        }
    }

    private func readAtOnce<Value: Sendable & Equatable>(
        _ body: @escaping @Sendable (any TableReading) throws -> Value
    ) async throws -> Value {
        try await Self.readAtOnce(self.store, body)
    }

    @Test func seesEachAcknowledgedWriteOnTheCallersThread() async throws {
        let table = try await self.write { try $0.createTable(named: "t", document: []) }
        for number in 0..<50 {
            try await self.write { try $0.put(Self.item("k", "\(number)"), in: table, expiresAtSeconds: nil) }

            let json = try await self.readAtOnce { try $0.item(in: table, key: Array("k".utf8))?.json }

            #expect(json == ByteBuffer(string: "\(number)"))
        }
    }

    @Test func seesTablesThatWereMadeAndRemovedMeanwhile() async throws {
        for name in ["a", "b", "c"] {
            let table = try await self.write { try $0.createTable(named: name, document: []) }
            try await self.write { try $0.put(Self.item("k", name), in: table, expiresAtSeconds: nil) }
            let read = try await self.readAtOnce { try $0.item(in: table, key: Array("k".utf8))?.json }
            #expect(read == ByteBuffer(string: name))
        }
        try await self.write { try $0.removeTable(1, leaving: nil) }

        #expect(try await self.readAtOnce { try $0.tableNames(after: "", limit: 9) } == ["b", "c"])
    }

    @Test func tellsWhatABodyThrew() async throws {
        struct Refused: Error {}
        await #expect(throws: Refused.self) { try await Self.readFew(self.store) { _ in throw Refused() } }
        #expect(try await self.readAtOnce { try $0.tableNames(after: "", limit: 9) } == [])
    }

    /// What is not in memory is read on a thread that may wait for the disk.
    @Test func leavesToOthersWhatIsOnTheDiskOnly() async throws {
        let large = String(repeating: "x", count: 100_000)
        let table = try await self.write { try $0.createTable(named: "t", document: []) }
        for number in 0..<40 {
            try await self.write { try $0.put(Self.item("k\(number)", large), in: table, expiresAtSeconds: nil) }
        }
        await self.store.close()
        let path = self.directory.path + "/tables.sqlite"
        let store = try SQLiteTableStore(in: StateDirectoryLock(directory: self.directory.path))
        // From here on everything is there that reading on the caller's thread takes, but for the items.
        #expect(try await Self.readAtOnce(store) { try $0.tableNames(after: "", limit: 9) } == ["t"])

        // Before each: reading one item brings others along, how many is the kernel's affair.
        guard Self.forget(path) else {
            // The file system keeps everything in memory, or cannot tell.
            return
        }
        // Also where the one who asks takes a failure for "there is none", or tries again.
        let hidden = try await Self.readFew(store) { try? $0.item(in: table, key: Array("k20".utf8))?.json }
        try #require(Self.forget(path))
        let tried = try await Self.readFew(store) { view -> ByteBuffer? in
            for _ in 0..<3 {
                if let found = try? view.item(in: table, key: Array("k33".utf8)) { return found.json }
            }
            return try view.item(in: table, key: Array("k33".utf8))?.json
        }
        try #require(Self.forget(path))
        let first = try await Self.readFew(store) { try $0.item(in: table, key: Array("k7".utf8))?.json }
        // Not at once as long as the one who has read it still has the connection of the callers.
        let second = try await Self.readAtOnce(store) { try $0.item(in: table, key: Array("k7".utf8))?.json }

        #expect(hidden.value == ByteBuffer(string: large))
        #expect(!hidden.wasAtOnce)
        #expect(tried.value == ByteBuffer(string: large))
        #expect(!tried.wasAtOnce)
        #expect(first.value == ByteBuffer(string: large))
        #expect(!first.wasAtOnce)
        #expect(second == ByteBuffer(string: large))
        await store.close()
    }

    @Test func refusesReadsOfAClosedStore() async throws {
        await self.store.close()
        await #expect(throws: StorageError.self) {
            try await Self.readFew(self.store) { try $0.tableNames(after: "", limit: 1) }
        }
    }

    /// One connection serves one caller; others are not kept waiting for it.
    @Test func servesCallersOfManyThreads() async throws {
        let table = try await self.write { try $0.createTable(named: "t", document: []) }
        try await self.write { try $0.put(Self.item("k", "{}"), in: table, expiresAtSeconds: nil) }
        let found = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var found = 0
                    for _ in 0..<500 {
                        let answer = try await Self.readFew(self.store) {
                            try $0.item(in: table, key: Array("k".utf8))
                        }
                        found += answer.value == nil ? 0 : 1
                    }
                    return found
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(found == 4_000)
    }

    /// Drops a file from memory, all of it; false where that cannot be done or seen.
    private static func forget(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { return false }
        // It stays open: closing it would take the store's locks from the file.
        let size = Int(lseek(descriptor, 0, SEEK_END))
        guard let pages = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0), pages != MAP_FAILED
        else { return false }
        defer { munmap(pages, size) }
        var page = [UInt8](repeating: 0, count: 4_096)
        guard brasa_process_read_cached(descriptor, &page, page.count, 0) != -Int(EOPNOTSUPP) else { return false }
        var isInMemory = [UInt8](repeating: 0, count: (size + 4_095) / 4_096)
        // Pages that are on their way to the disk or from it stay, until they are there.
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            fsync(descriptor)
            posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
            // Tells without reading anything in, which asking for a page would.
            guard mincore(pages, size, &isInMemory) == 0 else { return false }
            if !isInMemory.contains(where: { $0 & 1 != 0 }) { return true }
            usleep(1_000)
        }
        return false
    }
}

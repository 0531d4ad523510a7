import Dispatch
import Foundation
import GRDB
import Testing

@testable import BrasaSQLite

@Suite(.timeLimit(.minutes(5))) struct SQLiteWriterTests {
    private static let schema = SQLiteSchema(
        applicationID: 7, subject: "the test's rows", migrations: ["CREATE TABLE item (value INTEGER UNIQUE) STRICT"])

    private let directory: TemporaryDirectory

    init() throws {
        self.directory = try TemporaryDirectory()
    }

    private func open(
        in directory: TemporaryDirectory? = nil, schema: SQLiteSchema = SQLiteWriterTests.schema,
        groupWrites: Int = 512
    ) throws -> SQLiteWriter {
        try SQLiteWriter(
            file: "items.sqlite", in: StateDirectoryLock(directory: (directory ?? self.directory).path),
            schema: schema, limits: SQLiteWriter.GroupLimits(writes: groupWrites, duration: .seconds(60)))
    }

    private func values(_ writer: SQLiteWriter) async throws -> [Int] {
        try await writer.read { try Int.fetchAll($0, sql: "SELECT value FROM item ORDER BY value") }
    }

    @Sendable private static func insert(_ value: Int, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO item (value) VALUES (?)").execute(arguments: [value])
    }

    @Test func syncsEachCommit() async throws {
        let writer = try self.open()

        let settings = try await writer.write { db in
            (try String.fetchOne(db, sql: "PRAGMA journal_mode"), try Int.fetchOne(db, sql: "PRAGMA synchronous"))
        }

        #expect(settings.0 == "wal")
        #expect(settings.1 == 2)
    }

    @Test func makesFilesForTheOwnerOnly() async throws {
        let writer = try self.open()
        try await writer.write { try Self.insert(1, $0) }

        for name in ["items.sqlite", "items.sqlite-wal"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: self.directory.path + "/" + name)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func refusesAConnectionThatDoesNotSyncEachCommit() throws {
        let queue = try DatabaseQueue(path: self.directory.path + "/plain.sqlite")

        for settings in [
            "journal_mode = DELETE; PRAGMA synchronous = FULL", "journal_mode = WAL; PRAGMA synchronous = 1",
        ] {
            try queue.inDatabase { db in
                try db.execute(sql: "PRAGMA \(settings)")
                let error = #expect(throws: StorageError.self) {
                    try SQLiteFile.verifyDurability(db, path: "plain.sqlite")
                }
                #expect(error?.code == .notDurable)
            }
        }
    }

    /// Leaves `count` writes while the writer thread is busy with a first one, and waits for all.
    private func writeTogether(_ count: Int, _ writer: SQLiteWriter) async {
        let isBusy = DispatchSemaphore(value: 0)
        let mayGoOn = DispatchSemaphore(value: 0)
        let ended = DispatchGroup()
        ended.enter()
        writer.submit({ _ in
            isBusy.signal()
            mayGoOn.wait()
        }) { _ in ended.leave() }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                isBusy.wait()
                for value in 0..<count {
                    ended.enter()
                    writer.submit({ try Self.insert(value, $0) }) { _ in ended.leave() }
                }
                mayGoOn.signal()
                ended.notify(queue: .global()) { continuation.resume() }
            }
        }
    }

    @Test func commitsWhatArrivedMeanwhileTogether() async throws {
        let writer = try self.open()

        await self.writeTogether(100, writer)

        #expect(writer.statistics.writes == 101)
        #expect(writer.statistics.commits == 1)
        #expect(try await self.values(writer) == Array(0..<100))
    }

    @Test func commitsAFullGroupThoughMoreWritesWait() async throws {
        let writer = try self.open(groupWrites: 10)

        await self.writeTogether(99, writer)

        #expect(writer.statistics.writes == 100)
        #expect(writer.statistics.commits == 10)
        #expect(writer.statistics.largestGroup == 10)
    }

    @Test func undoesOnlyTheWriteThatFailed() async throws {
        let writer = try self.open()

        async let first: Void = writer.write { try Self.insert(1, $0) }
        async let second: Result<Void, any Error> = withCheckedContinuation { continuation in
            writer.submit({ db in
                try Self.insert(2, db)
                throw CancellationError()
            }) { continuation.resume(returning: $0) }
        }
        async let third: Void = writer.write { try Self.insert(3, $0) }

        try await first
        try await third
        let failed = await second
        #expect(throws: CancellationError.self) { try failed.get() }
        #expect(try await self.values(writer) == [1, 3])
        #expect(writer.statistics.failedWrites == 1)
    }

    @Test func failsAWholeGroupThatCannotBeCommitted() async throws {
        let writer = try self.open()

        // Leaves its transaction, which is not allowed, so the commit that follows has nothing to commit.
        await #expect(throws: (any Error).self) {
            try await writer.write { db in
                try Self.insert(1, db)
                try db.execute(sql: "ROLLBACK")
            }
        }

        try await writer.write { try Self.insert(2, $0) }
        #expect(try await self.values(writer) == [2])
    }

    @Test func tellsNobodyBeforeTheCommit() async throws {
        let writer = try self.open()

        let seen = try await withCheckedThrowingContinuation { continuation in
            writer.submit({ try Self.insert(1, $0) }) { (result: Result<Void, any Error>) in
                // Another connection sees only what is committed.
                writer.read({ try Int.fetchOne($0, sql: "SELECT count(*) FROM item") }) { count in
                    continuation.resume(with: result.flatMap { count })
                }
            }
        }

        #expect(seen == 1)
    }

    @Test func readersDoNotWaitForTheWriter() async throws {
        let writer = try self.open()
        let mayGoOn = DispatchSemaphore(value: 0)
        let isBusy = AsyncStream<Void>.makeStream()

        async let write: Void = writer.write { db in
            try Self.insert(1, db)
            isBusy.continuation.yield()
            mayGoOn.wait()
        }
        for await _ in isBusy.stream { break }
        let before = try await self.values(writer)
        mayGoOn.signal()
        try await write

        #expect(before == [])
        #expect(try await self.values(writer) == [1])
    }

    @Test func keepsWhatWasAcknowledgedWhenTheHostIsKilled() async throws {
        let writer = try self.open()
        for value in 0..<20 { try await writer.write { try Self.insert(value, $0) } }

        let remains = try self.directory.copy(of: ["items.sqlite", "items.sqlite-wal"])
        let reopened = try self.open(in: remains)

        #expect(try await self.values(reopened) == Array(0..<20))
        await writer.close()
    }

    @Test func losesOnlyTheTornEndOfALog() async throws {
        let writer = try self.open()
        try await writer.write { try Self.insert(1, $0) }
        try await writer.write { try Self.insert(2, $0) }
        let remains = try self.directory.copy(of: ["items.sqlite", "items.sqlite-wal"])
        let path = remains.path + "/items.sqlite-wal"
        var log = [UInt8](try #require(FileManager.default.contents(atPath: path)))
        // A header with salts, then pages with headers that have the same ones; what follows is of no log.
        let (headerBytes, frameBytes) = (32, 24 + 4_096)
        var last = headerBytes
        while last + 2 * frameBytes <= log.count {
            let salts = log[last + frameBytes + 8..<last + frameBytes + 16]
            guard salts.elementsEqual(log[16..<24]) else { break }
            last += frameBytes
        }
        // Of the last page a part only has come to the disk.
        for place in last + 1_000..<log.count { log[place] = 0 }
        try Data(log).write(to: URL(fileURLWithPath: path))

        let reopened = try self.open(in: remains)

        #expect(try await self.values(reopened) == [1])
    }

    @Test func ignoresWhatFollowsALog() async throws {
        let writer = try self.open()
        try await writer.write { try Self.insert(1, $0) }
        let remains = try self.directory.copy(of: ["items.sqlite", "items.sqlite-wal"])
        let log = try FileHandle(forWritingTo: URL(fileURLWithPath: remains.path + "/items.sqlite-wal"))
        try log.seekToEnd()
        try log.write(contentsOf: Data(repeating: 0xa5, count: 3_000))
        try log.close()

        let reopened = try self.open(in: remains)

        #expect(try await self.values(reopened) == [1])
    }

    @Test func doesWaitingWritesBeforeItClosesAndRefusesLaterOnes() async throws {
        let writer = try self.open()
        async let write: Void = writer.write { try Self.insert(1, $0) }
        try await write

        await writer.close()
        await writer.close()

        let error = await #expect(throws: StorageError.self) { try await writer.write { try Self.insert(2, $0) } }
        #expect(error?.code == .closed)
        let remains = try self.directory.copy(of: ["items.sqlite"])
        let reopened = try self.open(in: remains)
        #expect(try await self.values(reopened) == [1])
    }

    @Test func holdsTheStateDirectoryUntilTheFileIsClosed() async throws {
        let writer = try self.open()

        let refusal = #expect(throws: StorageError.self) { try self.open() }
        await writer.close()

        #expect(refusal?.code == .inUse)
        #expect(throws: Never.self) { try self.open() }
    }

    @Test func copiesALongLogIntoTheFile() async throws {
        let writer = try self.open(
            schema: SQLiteSchema(
                applicationID: 7, subject: "rows", migrations: ["CREATE TABLE item (value INTEGER, data BLOB) STRICT"]))

        for _ in 0..<6 {
            try await writer.write { try $0.execute(sql: "INSERT INTO item VALUES (1, randomblob(1000000))") }
        }
        await writer.close()

        #expect(writer.statistics.checkpoints >= 1)
    }

    @Test func copiesTheLogIntoTheFileWhenNobodyWritesAnyMore() async throws {
        let writer = try self.open()
        try await writer.write { try Self.insert(1, $0) }

        while writer.statistics.checkpoints == 0 { try await Task.sleep(for: .milliseconds(20)) }

        // The file alone has it.
        let remains = try self.directory.copy(of: ["items.sqlite"])
        let reopened = try self.open(in: remains)
        #expect(try await reopened.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM item") } == 1)
    }

    @Test func beginsTheLogAnewThoughWritesNeverPause() async throws {
        let writer = try self.open(
            schema: SQLiteSchema(
                applicationID: 7, subject: "rows", migrations: ["CREATE TABLE item (value INTEGER, data BLOB) STRICT"]))

        // Until the log is shorter than what went to it: how long it gets before depends on how fast the disk takes copies.
        let path = writer.path + "-wal"
        @Sendable func written() -> Int { writer.statistics.writes * 1_000_000 }
        try await withThrowingTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    while true {
                        try await writer.write { db in
                            try db.execute(
                                sql:
                                    "INSERT OR REPLACE INTO item (rowid, value, data) VALUES (1, 1, randomblob(1000000))"
                            )
                        }
                        let log = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
                        if try written() > #require(log) + 50_000_000 { return }
                    }
                }
            }
            try await group.waitForAll()
        }

        // The writer has copied what the copies beside it have left.
        #expect(written() / 4_096 > SQLiteWriter.longLogPages)
        #expect(writer.statistics.checkpoints >= 2)
    }

    @Test func bringsAnOlderFileToThePresentForm() async throws {
        let writer = try self.open()
        try await writer.write { try Self.insert(1, $0) }
        await writer.close()
        let remains = try self.directory.copy(of: ["items.sqlite"])

        let newer = SQLiteSchema(
            applicationID: 7, subject: "the test's rows",
            migrations: Self.schema.migrations + ["ALTER TABLE item ADD COLUMN note TEXT DEFAULT 'none'"])
        let reopened = try self.open(in: remains, schema: newer)

        #expect(try await reopened.read { try String.fetchOne($0, sql: "SELECT note FROM item") } == "none")
        #expect(try await reopened.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == 2)
    }

    @Test func refusesAFileOfANewerReleaseAndLeavesItAsItIs() async throws {
        let newer = SQLiteSchema(
            applicationID: 7, subject: "the test's rows", migrations: Self.schema.migrations + ["CREATE TABLE b (c)"])
        let writer = try self.open(schema: newer)
        await writer.close()
        let remains = try self.directory.copy(of: ["items.sqlite"])
        let before = try Data(contentsOf: URL(fileURLWithPath: remains.path + "/items.sqlite"))

        let error = #expect(throws: StorageError.self) { try self.open(in: remains) }

        #expect(error?.code == .newer)
        #expect(error?.message.contains(remains.path + "/items.sqlite") == true)
        #expect(error?.message.contains("version 2") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: remains.path + "/items.sqlite")) == before)
    }

    @Test func refusesAFileWithOtherContents() async throws {
        let other = SQLiteSchema(applicationID: 8, subject: "others", migrations: ["CREATE TABLE other (a)"])
        await (try self.open(schema: other)).close()
        let remains = try self.directory.copy(of: ["items.sqlite"])

        let error = #expect(throws: StorageError.self) { try self.open(in: remains) }

        #expect(error?.code == .foreign)
    }

    @Test(arguments: [Data(repeating: 0x41, count: 8_192), Data("short".utf8)])
    func refusesAFileThatIsNotADatabase(_ contents: Data) throws {
        try contents.write(to: URL(fileURLWithPath: self.directory.path + "/items.sqlite"))

        let error = #expect(throws: StorageError.self) { try self.open() }

        #expect(error?.code == .damaged)
        #expect(error?.message.contains(self.directory.path + "/items.sqlite") == true)
    }

    @Test func refusesAFileWithDamagedPages() async throws {
        let writer = try self.open()
        for value in 0..<2_000 where value % 500 == 0 {
            try await writer.write { db in for step in 0..<500 { try Self.insert(value + step, db) } }
        }
        await writer.close()
        let remains = try self.directory.copy(of: ["items.sqlite"])
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: remains.path + "/items.sqlite"))
        try file.seek(toOffset: 2 * 4_096)
        try file.write(contentsOf: Data(repeating: 0xff, count: 4_096))
        try file.close()

        let error = #expect(throws: StorageError.self) { try self.open(in: remains) }

        #expect(error?.code == .damaged)
        #expect(error?.message.contains("move it") == true)
    }
}

import Foundation
import GRDB
import Testing

@testable import BrasaSQLite

@Suite(.timeLimit(.minutes(1))) struct LogRoomTests {
    private static let schema = SQLiteSchema(
        applicationID: 7, subject: "the test's rows",
        migrations: ["CREATE TABLE item (value INTEGER PRIMARY KEY, data BLOB) STRICT"])

    private let directory: TemporaryDirectory

    init() throws {
        self.directory = try TemporaryDirectory()
    }

    private var path: String { self.directory.path + "/items.sqlite" }

    private func logBytes() throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: self.path + "-wal")[.size] as? Int)
    }

    /// A connection to a new file with a table.
    private func connect(journal: String = "WAL") throws -> DatabaseQueue {
        let queue = try DatabaseQueue(path: self.path)
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA journal_mode = \(journal); PRAGMA wal_autocheckpoint = 0")
            try db.execute(sql: "CREATE TABLE item (value INTEGER PRIMARY KEY, data BLOB) STRICT")
        }
        return queue
    }

    /// Commits a row of `bytes`.
    private func insert(bytes: Int, _ db: Database) throws {
        try db.execute(sql: "INSERT INTO item (data) VALUES (randomblob(?))", arguments: [bytes])
    }

    @Test func commitsUseTheRoomUntilLittleIsLeft() throws {
        try self.connect().writeWithoutTransaction { db in
            let room = LogRoom(of: SQLConnection(of: db), pageBytes: 4_096, longestBytes: 64 << 20)
            try self.insert(bytes: 100, db)
            #expect(room.isShort())
            room.extend()
            let size = try self.logBytes()
            var commits = 0
            while !room.isShort() {
                try self.insert(bytes: 100, db)
                commits += 1
                #expect(try self.logBytes() == size)
            }
            room.extend()

            // 256 KiB, of which a quarter is left: more than that many pages, and fewer than all.
            #expect((30...64).contains(commits))
            #expect(try self.logBytes() > size)
            #expect(!room.isShort())
        }
    }

    @Test func makesALogNotLongerThanItMayBe() throws {
        try self.connect().writeWithoutTransaction { db in
            let room = LogRoom(of: SQLConnection(of: db), pageBytes: 4_096, longestBytes: 100_000)
            try self.insert(bytes: 100, db)
            room.extend()

            #expect(try self.logBytes() == 100_000)
            #expect(!room.isShort())
        }
    }

    @Test func aLogThatBeginsAnewKeepsItsRoom() throws {
        try self.connect().writeWithoutTransaction { db in
            let room = LogRoom(of: SQLConnection(of: db), pageBytes: 4_096, longestBytes: 64 << 20)
            try self.insert(bytes: 1_000_000, db)
            room.extend()
            let size = try self.logBytes()
            try db.checkpoint(.restart)
            try self.insert(bytes: 100, db)
            // Looks at the file once more: it may have been cut.
            if room.isShort() { room.extend() }
            let isShort = room.isShort()

            #expect(try self.logBytes() == size)
            #expect(!isShort)
        }
    }

    @Test func leavesAFileWithoutALogAlone() throws {
        try self.connect(journal: "DELETE").writeWithoutTransaction { db in
            let room = LogRoom(of: SQLConnection(of: db), pageBytes: 4_096, longestBytes: 64 << 20)
            try self.insert(bytes: 100, db)
            room.extend()

            #expect(!room.isShort())
            #expect(!FileManager.default.fileExists(atPath: self.path + "-wal"))
            #expect(!db.isInsideTransaction)
        }
    }

    @Test func aWriterKeepsRoomAndWhatItAcknowledged() async throws {
        let writer = try SQLiteWriter(
            file: "items.sqlite", in: StateDirectoryLock(directory: self.directory.path), schema: Self.schema)
        for value in 0..<50 {
            // Acknowledged after the room was made that followed the one before.
            try await writer.write { try $0.execute(sql: "INSERT INTO item VALUES (?, x'01')", arguments: [value]) }
        }
        let remains = try self.directory.copy(of: ["items.sqlite", "items.sqlite-wal"])
        let log = try #require(FileManager.default.contents(atPath: remains.path + "/items.sqlite-wal"))

        let reopened = try SQLiteWriter(
            file: "items.sqlite", in: StateDirectoryLock(directory: remains.path), schema: Self.schema)

        #expect(log.suffix(16_384).allSatisfy { $0 == 0 })
        #expect(try await reopened.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM item") } == 50)
        await writer.close()
        await reopened.close()
    }
}

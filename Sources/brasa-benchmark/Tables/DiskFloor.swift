import BrasaTesting
import GRDBSQLite
import Glibc

/// What the disk itself allows: how often bytes can be made durable, bare and by SQLite with one row each time.
enum DiskFloor {
    /// Something the disk or SQLite refused.
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    private static let rowBytes = 300

    /// How often in a second 4 KiB can be written and made durable with `fdatasync`.
    ///
    /// The file has its size before, as a log that begins anew.
    static func syncsPerSecond(milliseconds: Int) throws -> Double {
        let path = try FixtureLibrary.makeFolder() + "/synced"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        let page = [UInt8](repeating: 1, count: 4_096)
        let pages = 256
        for number in 0..<pages { pwrite(descriptor, page, page.count, off_t(number * page.count)) }
        guard descriptor >= 0, fsync(descriptor) == 0 else { throw Failed(description: "\(path) cannot be written.") }
        return try self.perSecond(milliseconds) { number in
            guard pwrite(descriptor, page, page.count, off_t(number % pages * page.count)) == page.count,
                fdatasync(descriptor) == 0
            else { throw Failed(description: "\(path) cannot be synced.") }
        }
    }

    /// Rows that SQLite stores by itself in a second, each committed alone, with the settings that Brasa has: WAL,
    /// synchronous=FULL.
    static func commitsPerSecond(milliseconds: Int) throws -> Double {
        let path = try FixtureLibrary.makeFolder() + "/rows.sqlite"
        var database: OpaquePointer?
        defer { sqlite3_close_v2(database) }
        func check(_ status: Int32) throws {
            guard status == SQLITE_OK || status == SQLITE_DONE else {
                throw Failed(description: "\(path): \(String(cString: sqlite3_errmsg(database)))")
            }
        }
        try check(sqlite3_open(path, &database))
        try check(
            sqlite3_exec(
                database,
                """
                PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                CREATE TABLE item (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, data BLOB NOT NULL);
                """, nil, nil, nil))
        var statement: OpaquePointer?
        try check(
            sqlite3_prepare_v2(
                database,
                """
                INSERT INTO item (key, data) VALUES
                    (printf('user-%08d', ?1 % \(TableRequest.modulus)), CAST(printf('%0\(Self.rowBytes)d', ?1) AS BLOB))
                ON CONFLICT (key) DO UPDATE SET data = excluded.data
                """, -1, &statement, nil))
        defer { sqlite3_finalize(statement) }
        return try self.perSecond(milliseconds) { number in
            // Never what is there already, which SQLite would not write, let alone sync.
            sqlite3_bind_int64(statement, 1, Int64(number))
            try check(sqlite3_step(statement))
            try check(sqlite3_reset(statement))
        }
    }

    private static func perSecond(_ milliseconds: Int, _ body: (Int) throws -> Void) throws -> Double {
        let begin = monotonicNanoseconds()
        var count = 0
        while monotonicNanoseconds() - begin < UInt64(milliseconds) * 1_000_000 {
            try body(count)
            count += 1
        }
        return Double(count) / (Double(monotonicNanoseconds() - begin) / 1e9)
    }
}

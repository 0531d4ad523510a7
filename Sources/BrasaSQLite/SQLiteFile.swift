package import GRDB
import Glibc

/// How files are opened: what makes an acknowledged write survive, and what is refused.
package enum SQLiteFile {
    /// Size up to which a whole file is checked at open; larger ones show damage when it is met.
    package static let checkedSizeBytes = 64 << 20

    /// What a log that begins anew keeps of its length.
    static let longestLogBytes = 64 << 20

    /// Opens a file, makes it durable, checks it and brings it to the schema's present form.
    ///
    /// - Throws: `StorageError`; the file is unchanged when it is `newer`, `foreign` or `damaged`.
    static func open(_ path: String, schema: SQLiteSchema) throws(StorageError) -> DatabasePool {
        // SQLite gives the log the mode of the file. Events may carry secrets, and the directory may be an older, open one.
        // That it exists already, or cannot be made, is left to SQLite to judge.
        let created = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if created >= 0 { close(created) }
        do {
            var configuration = Configuration()
            configuration.label = schema.subject
            configuration.maximumReaderCount = 2
            // The state directory is locked, so this covers only a person's sqlite3 shell or a backup.
            configuration.busyMode = .timeout(5)
            configuration.prepareDatabase { db in
                // On each connection, before anything is written: a file that is refused stays as it is.
                try schema.check(db, path: path)
            }
            let pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { db in
                // GRDB's pool asks for NORMAL, which syncs at checkpoints only and not at commits.
                try db.execute(sql: "PRAGMA synchronous = FULL")
                // The writer checkpoints by itself, after it has acknowledged.
                try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
                // Debian's SQLite overwrites all that is deleted: dropping a table of 600 MB took 3.1 s and as much of the
                // log, and 0.3 s and next to nothing of it where that is done only to pages that are written anyway.
                _ = try Int.fetchOne(db, sql: "PRAGMA secure_delete = FAST")
                // Of large tables the inner pages of the trees, which each write goes through; taken as it is needed.
                try db.execute(sql: "PRAGMA cache_size = -32000")
                try db.execute(sql: "PRAGMA journal_size_limit = \(Self.longestLogBytes)")
                try Self.verifyDurability(db, path: path)
                try Self.verifyIntegrity(db, path: path, subject: schema.subject)
                try schema.migrate(db)
            }
            return pool
        } catch let error as StorageError {
            throw error
        } catch let error as DatabaseError {
            switch error.resultCode {
            case .SQLITE_CORRUPT, .SQLITE_NOTADB:
                throw Self.damaged(path, schema.subject, "it is not a sound SQLite database", cause: error)
            default:
                throw StorageError(
                    .inaccessible,
                    "The file \(path) with \(schema.subject) cannot be opened. Look at its permissions and the free "
                        + "space of its disk.", cause: error)
            }
        } catch {
            throw StorageError(
                .inaccessible, "The file \(path) with \(schema.subject) cannot be opened.", cause: error)
        }
    }

    /// Reads back the settings that acknowledgements rest on.
    ///
    /// - Throws: `notDurable` when one of them did not take, or what SQLite said.
    package static func verifyDurability(_ db: Database, path: String) throws {
        let journal = try String.fetchOne(db, sql: "PRAGMA journal_mode") ?? "unknown"
        // 0 OFF, 1 NORMAL, 2 FULL, 3 EXTRA: https://www.sqlite.org/pragma.html#pragma_synchronous
        let synchronous = try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? -1
        guard journal == "wal", synchronous == 2 else {
            throw StorageError(
                .notDurable,
                "The file \(path) cannot be written durably: journal_mode is \(journal) and synchronous is "
                    + "\(synchronous), and both have to take: wal and 2 (FULL). Keep the state directory on a local "
                    + "file system.")
        }
    }

    private static func verifyIntegrity(_ db: Database, path: String, subject: String) throws {
        let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        let pageSizeBytes = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0
        guard pages * pageSizeBytes <= Self.checkedSizeBytes else { return }
        let finding = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "nothing"
        guard finding == "ok" else { throw Self.damaged(path, subject, finding) }
    }

    private static func damaged(
        _ path: String, _ subject: String, _ finding: String, cause: (any Error)? = nil
    ) -> StorageError {
        StorageError(
            .damaged,
            "The file \(path) with \(subject) is damaged: \(finding). Put a backup in its place, or move it and its "
                + "-wal and -shm files away to start without \(subject).", cause: cause)
    }
}

package import GRDB

/// What a file holds: which state it is, and the steps that bring it to this release's form.
///
/// The version of a file is its `user_version`: the number of steps that were applied. Steps are only ever appended.
package struct SQLiteSchema: Sendable {
    /// The `application_id` of the file's header.
    ///
    /// Tells files apart that were renamed or copied over each other.
    package let applicationID: Int32
    /// What the file holds, for messages: "the asynchronous events".
    package let subject: String
    /// SQL of each step.
    ///
    /// Each runs in a transaction of its own, together with the new version number.
    package let migrations: [String]

    package init(applicationID: Int32, subject: String, migrations: [String]) {
        self.applicationID = applicationID
        self.subject = subject
        self.migrations = migrations
    }

    /// Checks that this release may work on a file; only reads.
    ///
    /// - Throws: `StorageError` with `newer` or `foreign`, or what SQLite said.
    package func check(_ db: Database, path: String) throws {
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        let application = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let isEmpty = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0
        if version == 0, application == 0, isEmpty { return }
        guard application == self.applicationID else {
            throw StorageError(
                .foreign,
                "The file \(path) does not hold \(self.subject): its application id is \(application), not "
                    + "\(self.applicationID). Move it away to start without, or put the right file in its place.")
        }
        guard version <= self.migrations.count else {
            throw StorageError(
                .newer,
                "The file \(path) was written by a newer release: it has version \(version), and this release knows "
                    + "versions up to \(self.migrations.count). Run that release, or move the file and its -wal file "
                    + "away to start without \(self.subject).")
        }
    }

    /// Applies the steps that a file does not have yet.
    package func migrate(_ db: Database) throws {
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        for (index, migration) in self.migrations.enumerated().dropFirst(version) {
            try db.inTransaction(.immediate) {
                try db.execute(sql: migration)
                try db.execute(sql: "PRAGMA application_id = \(self.applicationID)")
                try db.execute(sql: "PRAGMA user_version = \(index + 1)")
                return .commit
            }
        }
    }
}

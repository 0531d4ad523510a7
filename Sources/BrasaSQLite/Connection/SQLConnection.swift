import GRDB
import GRDBSQLite

/// A connection to a file and the statements that are kept for it.
///
/// Used by one thread at a time.
final class SQLConnection {
    /// Statements kept at most; each takes some kilobytes.
    private static let keptStatements = 400

    let handle: OpaquePointer
    private let isOwned: Bool
    private var statements: [SQLStatementKey: SQLStatement] = [:]

    /// Opens a file for reading.
    ///
    /// - Parameter vfs: name of SQLite's way to the file system; nil: its own.
    /// - Throws: `DatabaseError`.
    init(reading path: String, vfs: String? = nil, cacheKilobytes: Int) throws {
        var handle: OpaquePointer?
        // Each connection is used by one thread at a time, so it needs no lock of its own.
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX
        let status = sqlite3_open_v2(path, &handle, flags, vfs)
        guard status == SQLITE_OK, let handle else {
            let error = SQLStatement.error(status, on: handle)
            sqlite3_close_v2(handle)
            throw error
        }
        self.handle = handle
        self.isOwned = true
        try self.statement("PRAGMA cache_size = -\(cacheKilobytes)") { _ = try $0.step() }
    }

    /// Uses a connection that another owner closes, after `releaseStatements`.
    init(of database: Database) {
        guard let handle = database.sqliteConnection else {
            preconditionFailure("a database is used that is closed")
        }
        self.handle = handle
        self.isOwned = false
    }

    deinit {
        self.statements = [:]
        if self.isOwned { sqlite3_close_v2(self.handle) }
    }

    /// Gives up all statements: before the connection is closed.
    func releaseStatements() {
        self.statements = [:]
    }

    /// Whether a transaction is open.
    var isInTransaction: Bool { sqlite3_get_autocommit(self.handle) == 0 }

    /// Rows that the last statement changed.
    var changedRows: Int { Int(sqlite3_changes(self.handle)) }

    /// Number of the row that was inserted last.
    var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(self.handle) }

    /// Begins or ends a transaction or a savepoint.
    func run(_ step: SQLTransactionStep) throws {
        try self.statement(step.key, { step.sql }) { try $0.run() }
    }

    /// Uses a statement once, without keeping it.
    func statement<Value>(_ sql: String, _ body: (SQLStatement) throws -> Value) throws -> Value {
        try body(SQLStatement(sql, on: self.handle))
    }

    /// Uses a kept statement, which is prepared at its first use.
    ///
    /// A use within the use of the same statement gets one of its own.
    func statement<Value>(
        _ key: SQLStatementKey, _ sql: () -> String, _ body: (SQLStatement) throws -> Value
    ) throws -> Value {
        let statement =
            if let kept = self.statements.removeValue(forKey: key) { kept } else {
                try SQLStatement(sql(), on: self.handle)
            }
        defer {
            statement.reset()
            if self.statements.count >= Self.keptStatements { self.statements = [:] }
            self.statements[key] = statement
        }
        return try body(statement)
    }
}

/// What begins and ends transactions and the savepoint within one.
enum SQLTransactionStep: String {
    case beginReading = "BEGIN"
    case begin = "BEGIN IMMEDIATE"
    case commit = "COMMIT"
    case savepoint = "SAVEPOINT job"
    case rollbackToSavepoint = "ROLLBACK TO job"
    case release = "RELEASE job"

    fileprivate var sql: String { self.rawValue }

    fileprivate var key: SQLStatementKey {
        switch self {
        case .beginReading: SQLStatementKey(.beginReading)
        case .begin: SQLStatementKey(.begin)
        case .commit: SQLStatementKey(.commit)
        case .savepoint: SQLStatementKey(.savepoint)
        case .rollbackToSavepoint: SQLStatementKey(.rollbackToSavepoint)
        case .release: SQLStatementKey(.release)
        }
    }
}

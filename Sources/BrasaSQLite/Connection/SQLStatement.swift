import GRDB
import GRDBSQLite
import NIOCore

/// A prepared statement: values in, rows out, without a value type between SQLite and the caller.
///
/// Used by one thread at a time, while its connection is open.
final class SQLStatement {
    /// SQLite copies the bytes.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private let handle: OpaquePointer
    private let connection: OpaquePointer

    /// - Throws: `DatabaseError` when it is no SQL, or names what is not there.
    init(_ sql: String, on connection: OpaquePointer) throws {
        var handle: OpaquePointer?
        let status = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard status == SQLITE_OK, let handle else { throw Self.error(status, on: connection) }
        self.handle = handle
        self.connection = connection
    }

    deinit {
        sqlite3_finalize(self.handle)
    }

    // MARK: - Values, counted from 1

    func bind(_ place: Int32, _ value: Int64?) {
        if let value {
            sqlite3_bind_int64(self.handle, place, value)
        } else {
            sqlite3_bind_null(self.handle, place)
        }
    }

    func bind(_ place: Int32, _ value: Int) {
        sqlite3_bind_int64(self.handle, place, Int64(value))
    }

    func bind(_ place: Int32, _ text: String) {
        sqlite3_bind_text(self.handle, place, text, -1, Self.transient)
    }

    func bind(_ place: Int32, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes { self.bind(place, $0) }
    }

    func bind(_ place: Int32, _ buffer: ByteBuffer?) {
        guard let buffer else {
            sqlite3_bind_null(self.handle, place)
            return
        }
        buffer.withUnsafeReadableBytes { self.bind(place, $0) }
    }

    private func bind(_ place: Int32, _ bytes: UnsafeRawBufferPointer) {
        // An address of nil would be a null, and no bytes are bytes too.
        if bytes.isEmpty {
            sqlite3_bind_zeroblob(self.handle, place, 0)
        } else {
            sqlite3_bind_blob64(self.handle, place, bytes.baseAddress, UInt64(bytes.count), Self.transient)
        }
    }

    // MARK: - Rows

    /// Goes to the next row; false when there is none.
    func step() throws -> Bool {
        switch sqlite3_step(self.handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let status: throw Self.error(status, on: self.connection)
        }
    }

    /// Does what gives no rows.
    func run() throws {
        _ = try self.step()
        sqlite3_reset(self.handle)
    }

    /// Ends its use: gives up what it reads, so that it can be used again.
    func reset() {
        // What went wrong was told by `step`.
        sqlite3_reset(self.handle)
    }

    // MARK: - Columns, counted from 0

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(self.handle, column) == SQLITE_NULL }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(self.handle, column) }

    func text(_ column: Int32) -> String { sqlite3_column_text(self.handle, column).map { String(cString: $0) } ?? "" }

    func bytes(_ column: Int32) -> [UInt8] { [UInt8](self.raw(column)) }

    func buffer(_ column: Int32) -> ByteBuffer { ByteBuffer(bytes: self.raw(column)) }

    private func raw(_ column: Int32) -> UnsafeRawBufferPointer {
        // In this order: https://www.sqlite.org/c3ref/column_blob.html
        let start = sqlite3_column_blob(self.handle, column)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(self.handle, column)))
    }

    // MARK: - Errors

    /// What the connection says of its last call.
    static func error(_ status: Int32, on connection: OpaquePointer?) -> DatabaseError {
        let code = connection.map { sqlite3_extended_errcode($0) } ?? status
        return DatabaseError(
            resultCode: ResultCode(rawValue: code == SQLITE_OK ? status : code),
            message: connection.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) })
    }
}

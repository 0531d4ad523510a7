import BrasaServices
import Foundation
import GRDB
import NIOCore

/// Reads tables through one connection, inside one transaction.
class TableView: TableReading {
    let db: Database

    init(_ db: Database) {
        self.db = db
    }

    func table(named name: String) throws -> StoredTable? {
        let rows = try self.rows("SELECT id, items, bytes, document FROM catalog WHERE name = ?", [name])
        return try rows.next().map { row in
            StoredTable(
                id: row[0], name: name, document: try Self.bytes(row, 3), itemCount: row[1], sizeBytes: row[2])
        }
    }

    func tableNames(after name: String, limit: Int) throws -> [String] {
        try String.fetchAll(
            self.db.cachedStatement(sql: "SELECT name FROM catalog WHERE name > ? ORDER BY name LIMIT ?"),
            arguments: [name, limit])
    }

    func item(in table: Int64, key: [UInt8]) throws -> StoredItem? {
        let rows = try self.rows("SELECT bytes, json FROM \(TableFile.items(table)) WHERE key = ?", [Data(key)])
        return try rows.next().map { StoredItem(key: key, json: try Self.buffer($0, 1), sizeBytes: $0[0]) }
    }

    func visitItems(
        in table: Int64, index: Int64?, range: ItemRange, _ visit: (StoredItem) throws -> Bool
    ) throws {
        let statement = ItemStatement(table: table, index: index, range: range)
        let rows = try self.rows(statement.sql, statement.arguments)
        while let row = try rows.next() {
            let item = StoredItem(
                key: try Self.bytes(row, 0), json: try Self.buffer(row, 2), sizeBytes: row[1],
                indexKey: index == nil ? nil : try Self.bytes(row, 3))
            guard try visit(item) else { return }
        }
    }

    func records(of table: Int64, after sequence: Int64, limit: Int) throws -> [ChangeRecord] {
        let rows = try self.rows(
            """
            SELECT sequence, at, kind, bytes, expiry, keys, old, new FROM \(TableFile.records(table))
            WHERE sequence > ? ORDER BY sequence LIMIT ?
            """, [sequence, limit])
        var records: [ChangeRecord] = []
        while let row = try rows.next() {
            guard let kind = ChangeRecord.Kind(rawValue: row[2]) else { continue }
            records.append(
                ChangeRecord(
                    sequence: row[0], kind: kind, atMilliseconds: row[1], keys: try Self.buffer(row, 5),
                    oldImage: try Self.optionalBuffer(row, 6), newImage: try Self.optionalBuffer(row, 7),
                    sizeBytes: row[3], isExpiry: row[4]))
        }
        return records
    }

    func recordBounds(of table: Int64) throws -> ClosedRange<Int64>? {
        let rows = try self.rows("SELECT min(sequence), max(sequence) FROM \(TableFile.records(table))", [])
        guard let row = try rows.next(), let lowest: Int64 = row[0], let highest: Int64 = row[1] else { return nil }
        return lowest...highest
    }

    func tokenUse(_ token: String, after milliseconds: Int64) throws -> [UInt8]? {
        let rows = try self.rows("SELECT use FROM token WHERE token = ? AND used_at > ?", [token, milliseconds])
        return try rows.next().map { try Self.bytes($0, 0) }
    }

    func expiredItems(in table: Int64, at seconds: Int64, limit: Int) throws -> [StoredItem] {
        let rows = try self.rows(
            "SELECT key, bytes, json FROM \(TableFile.items(table)) WHERE expires <= ? ORDER BY expires LIMIT ?",
            [seconds, limit])
        var items: [StoredItem] = []
        while let row = try rows.next() {
            items.append(StoredItem(key: try Self.bytes(row, 0), json: try Self.buffer(row, 2), sizeBytes: row[1]))
        }
        return items
    }

    // MARK: - Rows

    private func rows(_ sql: String, _ arguments: StatementArguments) throws -> RowCursor {
        try Row.fetchCursor(self.db.cachedStatement(sql: sql), arguments: arguments)
    }

    private static func bytes(_ row: Row, _ column: Int) throws -> [UInt8] {
        try row.withUnsafeData(atIndex: column) { $0.map { [UInt8]($0) } ?? [] }
    }

    private static func buffer(_ row: Row, _ column: Int) throws -> ByteBuffer {
        try self.optionalBuffer(row, column) ?? ByteBuffer()
    }

    private static func optionalBuffer(_ row: Row, _ column: Int) throws -> ByteBuffer? {
        try row.withUnsafeData(atIndex: column) { data in
            data.map { data in data.withUnsafeBytes { ByteBuffer(bytes: $0) } }
        }
    }
}

/// The query for a range of items.
private struct ItemStatement {
    let sql: String
    let arguments: StatementArguments

    init(table: Int64, index: Int64?, range: ItemRange) {
        var conditions: [String] = []
        var arguments: [(any DatabaseValueConvertible)?] = []
        let items = TableFile.items(table)
        let key = index == nil ? "i.key" : "e.key"
        let (beyond, direction) = range.isForward ? (">", "ASC") : ("<", "DESC")
        if let after = range.after {
            if index != nil {
                conditions.append("(e.key, e.item) \(beyond) (?, ?)")
                arguments += [Data(after.indexKey ?? []), Data(after.key)]
            } else {
                conditions.append("i.key \(beyond) ?")
                arguments.append(Data(after.key))
            }
        }
        if range.after == nil || !range.isForward {
            conditions.append("\(key) >= ?")
            arguments.append(Data(range.lower))
        }
        if let upper = range.upper, range.after == nil || range.isForward {
            conditions.append("\(key) < ?")
            arguments.append(Data(upper))
        }
        let filter = conditions.joined(separator: " AND ")
        if let index {
            self.sql = """
                SELECT i.key, i.bytes, i.json, e.key FROM \(TableFile.entries(table, index)) e
                CROSS JOIN \(items) i ON i.key = e.item
                WHERE \(filter) ORDER BY e.key \(direction), e.item \(direction)
                """
        } else {
            self.sql = "SELECT i.key, i.bytes, i.json FROM \(items) i WHERE \(filter) ORDER BY i.key \(direction)"
        }
        self.arguments = StatementArguments(arguments)
    }
}

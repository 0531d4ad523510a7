import BrasaServices
import NIOCore

/// Reads tables through one connection, inside one transaction.
class TableView: TableReading {
    let connection: SQLConnection

    init(_ connection: SQLConnection) {
        self.connection = connection
    }

    func table(named name: String) throws -> StoredTable? {
        try self.statement(.table, "SELECT id, items, bytes, document FROM catalog WHERE name = ?") {
            $0.bind(1, name)
            guard try $0.step() else { return nil }
            return StoredTable(
                id: $0.integer(0), name: name, document: $0.bytes(3),
                counts: StoredCounts(items: $0.integer(1), bytes: $0.integer(2)))
        }
    }

    func removedTables() throws -> [StoredTable] {
        try self.statement(.removedTables, "SELECT id, name, document FROM removed ORDER BY id") {
            var tables: [StoredTable] = []
            while try $0.step() {
                tables.append(
                    StoredTable(
                        id: $0.integer(0), name: $0.text(1), document: $0.bytes(2), counts: StoredCounts()))
            }
            return tables
        }
    }

    func indexCounts(of table: Int64) throws -> [Int64: StoredCounts] {
        try self.statement(.indexCounts, "SELECT index_number, items, bytes FROM index_count WHERE table_id = ?") {
            $0.bind(1, table)
            var counts: [Int64: StoredCounts] = [:]
            while try $0.step() { counts[$0.integer(0)] = StoredCounts(items: $0.integer(1), bytes: $0.integer(2)) }
            return counts
        }
    }

    func tableNames(after name: String, limit: Int) throws -> [String] {
        try self.statement(.tableNames, "SELECT name FROM catalog WHERE name > ? ORDER BY name LIMIT ?") {
            $0.bind(1, name)
            $0.bind(2, limit)
            var names: [String] = []
            while try $0.step() { names.append($0.text(0)) }
            return names
        }
    }

    func item(in table: Int64, key: [UInt8]) throws -> StoredItem? {
        try self.statement(
            .item, of: table, "SELECT bytes, json FROM \(TableFile.items(table)) WHERE key = ?"
        ) {
            $0.bind(1, key)
            guard try $0.step() else { return nil }
            return StoredItem(key: key, json: $0.buffer(1), sizeBytes: Int($0.integer(0)))
        }
    }

    func visitItems(
        in table: Int64, index: Int64?, range: ItemRange, _ visit: (StoredItem) throws -> Bool
    ) throws {
        let query = ItemStatement(range: range, index: index)
        try self.connection.statement(query.key(table), { query.sql(table) }) {
            query.bind($0)
            while try $0.step() {
                let item = StoredItem(
                    key: $0.bytes(0), json: $0.buffer(2), sizeBytes: Int($0.integer(1)),
                    indexKey: index == nil ? nil : $0.bytes(3))
                guard try visit(item) else { return }
            }
        }
    }

    func visitRecords(of table: Int64, after sequence: Int64, _ visit: (ChangeRecord) throws -> Bool) throws {
        try self.statement(
            .records, of: table,
            """
            SELECT sequence, at, kind, bytes, expiry, keys, old, new FROM \(TableFile.records(table))
            WHERE sequence > ? ORDER BY sequence
            """
        ) {
            $0.bind(1, sequence)
            while try $0.step() {
                guard let kind = ChangeRecord.Kind(rawValue: Int($0.integer(2))) else { continue }
                let record = ChangeRecord(
                    sequence: $0.integer(0), kind: kind, atMilliseconds: $0.integer(1), keys: $0.buffer(5),
                    oldImage: $0.isNull(6) ? nil : $0.buffer(6), newImage: $0.isNull(7) ? nil : $0.buffer(7),
                    sizeBytes: Int($0.integer(3)), isExpiry: $0.integer(4) != 0)
                guard try visit(record) else { return }
            }
        }
    }

    func recordBounds(of table: Int64) throws -> ClosedRange<Int64>? {
        try self.statement(
            // Two looks at the ends of the tree: together in one SELECT they would read all of it.
            .recordBounds, of: table,
            """
            SELECT (SELECT min(sequence) FROM \(TableFile.records(table))),
                (SELECT max(sequence) FROM \(TableFile.records(table)))
            """
        ) {
            guard try $0.step(), !$0.isNull(0) else { return nil }
            return $0.integer(0)...$0.integer(1)
        }
    }

    func lastSequence(of table: Int64) throws -> Int64 {
        // https://www.sqlite.org/autoinc.html
        try self.statement(.lastSequence, "SELECT seq FROM sqlite_sequence WHERE name = ?") {
            $0.bind(1, TableFile.records(table))
            return try $0.step() ? $0.integer(0) : 0
        }
    }

    func tokenUse(_ token: String, after milliseconds: Int64) throws -> [UInt8]? {
        try self.statement(.tokenUse, "SELECT use FROM token WHERE token = ? AND used_at > ?") {
            $0.bind(1, token)
            $0.bind(2, milliseconds)
            return try $0.step() ? $0.bytes(0) : nil
        }
    }

    func expiredItems(
        in table: Int64, between seconds: ClosedRange<Int64>, limit: Int
    ) throws -> [StoredItem] {
        try self.statement(
            .expiredItems, of: table,
            """
            SELECT key, bytes, json FROM \(TableFile.items(table))
            WHERE expires BETWEEN ? AND ? ORDER BY expires LIMIT ?
            """
        ) {
            $0.bind(1, seconds.lowerBound)
            $0.bind(2, seconds.upperBound)
            $0.bind(3, limit)
            var items: [StoredItem] = []
            while try $0.step() {
                items.append(StoredItem(key: $0.bytes(0), json: $0.buffer(2), sizeBytes: Int($0.integer(1))))
            }
            return items
        }
    }

    /// Uses the kept statement of a kind, for a table and an index where it has them.
    func statement<Value>(
        _ kind: SQLStatementKey.Kind, of table: Int64 = 0, index: Int64 = 0, _ sql: @autoclosure () -> String,
        _ body: (SQLStatement) throws -> Value
    ) throws -> Value {
        try self.connection.statement(SQLStatementKey(kind, table: table, index: index), sql, body)
    }
}

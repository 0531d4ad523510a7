import BrasaServices
import NIOCore

/// Changes tables through the writer's connection, inside its transaction.
final class TableChange: TableView, TableWriting {
    private struct IndexPlace: Hashable {
        let table: Int64
        let index: Int64
    }

    /// What the tables have more of than their rows in the catalog say.
    private var grown: [Int64: StoredCounts] = [:]
    /// The same of indexes.
    private var grownIndexes: [IndexPlace: StoredCounts] = [:]
    /// Whether tables or indexes were made or removed.
    private(set) var hasChangedSchema = false

    func createTable(named name: String, document: [UInt8]) throws -> Int64 {
        try self.statement(.addTable, "INSERT INTO catalog (name, document) VALUES (?, ?)") {
            $0.bind(1, name)
            $0.bind(2, document)
            try $0.run()
        }
        let id = self.connection.lastInsertedRow
        for sql in TableFile.createTable(id) { try self.changeSchema(sql) }
        return id
    }

    func setDocument(_ document: [UInt8], of table: Int64) throws {
        try self.statement(.setDocument, "UPDATE catalog SET document = ? WHERE id = ?") {
            $0.bind(1, document)
            $0.bind(2, table)
            try $0.run()
        }
    }

    func removeTable(_ table: Int64, leaving document: [UInt8]?) throws {
        self.grown[table] = nil
        self.grownIndexes = self.grownIndexes.filter { $0.key.table != table }
        if let document {
            try self.connection.statement(
                "INSERT INTO removed (id, name, document) SELECT id, name, ? FROM catalog WHERE id = ?"
            ) {
                $0.bind(1, document)
                $0.bind(2, table)
                try $0.run()
            }
        }
        for sql in ["DELETE FROM index_count WHERE table_id = ?", "DELETE FROM catalog WHERE id = ?"] {
            try self.connection.statement(sql) {
                $0.bind(1, table)
                try $0.run()
            }
        }
        let entries = try self.connection.statement(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB ?"
        ) { statement in
            statement.bind(1, "entry_\(table)_*")
            var names: [String] = []
            while try statement.step() { names.append(statement.text(0)) }
            return names
        }
        for name in entries + [TableFile.items(table)] { try self.changeSchema("DROP TABLE \(name)") }
        if document == nil { try self.changeSchema("DROP TABLE \(TableFile.records(table))") }
    }

    func forgetTable(_ table: Int64) throws {
        try self.connection.statement("DELETE FROM removed WHERE id = ?") {
            $0.bind(1, table)
            try $0.run()
        }
        try self.changeSchema("DROP TABLE \(TableFile.records(table))")
    }

    func createIndex(_ index: Int64, of table: Int64) throws {
        try self.changeSchema(TableFile.createIndex(index, of: table))
    }

    func removeIndex(_ index: Int64, of table: Int64) throws {
        self.grownIndexes[IndexPlace(table: table, index: index)] = nil
        try self.connection.statement("DELETE FROM index_count WHERE table_id = ? AND index_number = ?") {
            $0.bind(1, table)
            $0.bind(2, index)
            try $0.run()
        }
        try self.changeSchema("DROP TABLE \(TableFile.entries(table, index))")
    }

    func put(_ item: StoredItem, in table: Int64, expiresAtSeconds: Int64?) throws {
        let items = TableFile.items(table)
        let earlier: Int64? = try self.statement(
            .itemSize, of: table, "SELECT bytes FROM \(items) WHERE key = ?"
        ) {
            $0.bind(1, item.key)
            return try $0.step() ? $0.integer(0) : nil
        }
        try self.statement(
            .putItem, of: table,
            """
            INSERT INTO \(items) (key, bytes, expires, json) VALUES (?, ?, ?, ?)
            ON CONFLICT (key) DO UPDATE SET bytes = excluded.bytes, expires = excluded.expires, json = excluded.json
            """
        ) {
            $0.bind(1, item.key)
            $0.bind(2, item.sizeBytes)
            $0.bind(3, expiresAtSeconds)
            $0.bind(4, item.json)
            try $0.run()
        }
        self.grow(table, items: earlier == nil ? 1 : 0, bytes: Int64(item.sizeBytes) - (earlier ?? 0))
    }

    func setExpiry(_ seconds: Int64?, ofItem key: [UInt8], in table: Int64) throws {
        try self.statement(
            .setExpiry, of: table,
            // Most items have it noted already.
            "UPDATE \(TableFile.items(table)) SET expires = ?1 WHERE key = ?2 AND expires IS NOT ?1"
        ) {
            $0.bind(1, seconds)
            $0.bind(2, key)
            try $0.run()
        }
    }

    func removeItem(_ item: StoredItem, from table: Int64) throws {
        try self.statement(.removeItem, of: table, "DELETE FROM \(TableFile.items(table)) WHERE key = ?") {
            $0.bind(1, item.key)
            try $0.run()
        }
        if self.connection.changedRows > 0 { self.grow(table, items: -1, bytes: -Int64(item.sizeBytes)) }
    }

    func addEntry(_ entry: IndexEntry, to index: Int64, of table: Int64) throws -> Bool {
        try self.statement(
            .addEntry, of: table, index: index,
            "INSERT OR IGNORE INTO \(TableFile.entries(table, index)) (key, item) VALUES (?, ?)"
        ) {
            $0.bind(1, entry.key)
            $0.bind(2, entry.itemKey)
            try $0.run()
        }
        return self.connection.changedRows > 0
    }

    func removeEntry(_ entry: IndexEntry, from index: Int64, of table: Int64) throws -> Bool {
        try self.statement(
            .removeEntry, of: table, index: index,
            "DELETE FROM \(TableFile.entries(table, index)) WHERE key = ? AND item = ?"
        ) {
            $0.bind(1, entry.key)
            $0.bind(2, entry.itemKey)
            try $0.run()
        }
        return self.connection.changedRows > 0
    }

    func count(_ growth: StoredCounts, in index: Int64, of table: Int64) {
        self.grownIndexes[IndexPlace(table: table, index: index), default: StoredCounts()] += growth
    }

    func append(_ record: ChangeRecord, to table: Int64) throws -> Int64 {
        try self.statement(
            .addRecord, of: table,
            """
            INSERT INTO \(TableFile.records(table)) (at, kind, bytes, expiry, keys, old, new) VALUES (?, ?, ?, ?, ?, ?, ?)
            """
        ) {
            $0.bind(1, record.atMilliseconds)
            $0.bind(2, record.kind.rawValue)
            $0.bind(3, record.sizeBytes)
            $0.bind(4, record.isExpiry ? 1 : 0)
            $0.bind(5, record.keys)
            $0.bind(6, record.oldImage)
            $0.bind(7, record.newImage)
            try $0.run()
        }
        return self.connection.lastInsertedRow
    }

    func trimRecords(of table: Int64, before milliseconds: Int64, limit: Int) throws -> Int {
        // Sequence and time rise together: the first young record ends the search.
        let records = TableFile.records(table)
        try self.statement(
            .trimRecords, of: table,
            """
            WITH oldest AS MATERIALIZED (SELECT sequence, at FROM \(records) ORDER BY sequence LIMIT ?2)
            DELETE FROM \(records) WHERE sequence < coalesce(
                (SELECT min(sequence) FROM oldest WHERE at >= ?1), (SELECT max(sequence) + 1 FROM oldest))
            """
        ) {
            $0.bind(1, milliseconds)
            $0.bind(2, limit)
            try $0.run()
        }
        return self.connection.changedRows
    }

    func noteToken(_ token: String, use: [UInt8], at now: Int64, droppingBefore milliseconds: Int64) throws {
        try self.statement(.dropTokens, "DELETE FROM token WHERE used_at < ?") {
            $0.bind(1, milliseconds)
            try $0.run()
        }
        try self.statement(.noteToken, "INSERT OR REPLACE INTO token (token, used_at, use) VALUES (?, ?, ?)") {
            $0.bind(1, token)
            $0.bind(2, now)
            $0.bind(3, use)
            try $0.run()
        }
    }

    /// Writes how tables and indexes have grown.
    func storeCounts() throws {
        for (table, growth) in self.grown where growth != StoredCounts() {
            try self.statement(.addCounts, "UPDATE catalog SET items = items + ?, bytes = bytes + ? WHERE id = ?") {
                $0.bind(1, growth.items)
                $0.bind(2, growth.bytes)
                $0.bind(3, table)
                try $0.run()
            }
        }
        for (place, growth) in self.grownIndexes where growth != StoredCounts() {
            try self.statement(
                .addIndexCounts,
                """
                INSERT INTO index_count (table_id, index_number, items, bytes) VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET items = items + excluded.items, bytes = bytes + excluded.bytes
                """
            ) {
                $0.bind(1, place.table)
                $0.bind(2, place.index)
                $0.bind(3, growth.items)
                $0.bind(4, growth.bytes)
                try $0.run()
            }
        }
    }

    private func grow(_ table: Int64, items: Int64, bytes: Int64) {
        self.grown[table, default: StoredCounts()] += StoredCounts(items: items, bytes: bytes)
    }

    private func changeSchema(_ sql: String) throws {
        self.hasChangedSchema = true
        try self.connection.statement(sql) { try $0.run() }
    }
}

import BrasaServices
import Foundation
import GRDB
import NIOCore

/// Changes tables through the writer's connection, inside its transaction.
final class TableChange: TableView, TableWriting {
    /// What the tables have more of than their rows in the catalog say.
    private var grown: [Int64: (items: Int64, bytes: Int64)] = [:]

    func createTable(named name: String, document: [UInt8]) throws -> Int64 {
        try self.execute("INSERT INTO catalog (name, document) VALUES (?, ?)", [name, Data(document)])
        let id = self.db.lastInsertedRowID
        try self.db.execute(sql: TableFile.createTable(id))
        return id
    }

    func setDocument(_ document: [UInt8], of table: Int64) throws {
        try self.execute("UPDATE catalog SET document = ? WHERE id = ?", [Data(document), table])
    }

    func removeTable(_ table: Int64) throws {
        self.grown[table] = nil
        try self.execute("DELETE FROM catalog WHERE id = ?", [table])
        let entries = try String.fetchAll(
            self.db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB ?",
            arguments: ["entry_\(table)_*"])
        for name in entries + [TableFile.items(table), TableFile.records(table)] {
            try self.db.execute(sql: "DROP TABLE \(name)")
        }
    }

    func createIndex(_ index: Int64, of table: Int64) throws {
        try self.db.execute(sql: TableFile.createIndex(index, of: table))
    }

    func removeIndex(_ index: Int64, of table: Int64) throws {
        try self.db.execute(sql: "DROP TABLE \(TableFile.entries(table, index))")
    }

    func put(_ item: StoredItem, in table: Int64, expiresAtSeconds: Int64?) throws {
        let items = TableFile.items(table)
        let earlier = try Int64.fetchOne(
            self.db.cachedStatement(sql: "SELECT bytes FROM \(items) WHERE key = ?"), arguments: [Data(item.key)])
        try self.execute(
            """
            INSERT INTO \(items) (key, bytes, expires, json) VALUES (?, ?, ?, ?)
            ON CONFLICT (key) DO UPDATE SET bytes = excluded.bytes, expires = excluded.expires, json = excluded.json
            """, [Data(item.key), item.sizeBytes, expiresAtSeconds, Data(item.json.readableBytesView)])
        self.grow(table, items: earlier == nil ? 1 : 0, bytes: Int64(item.sizeBytes) - (earlier ?? 0))
    }

    func removeItem(_ item: StoredItem, from table: Int64) throws {
        try self.execute("DELETE FROM \(TableFile.items(table)) WHERE key = ?", [Data(item.key)])
        if self.db.changesCount > 0 { self.grow(table, items: -1, bytes: -Int64(item.sizeBytes)) }
    }

    func addEntry(_ entry: IndexEntry, to index: Int64, of table: Int64) throws {
        try self.execute(
            "INSERT OR IGNORE INTO \(TableFile.entries(table, index)) (key, item) VALUES (?, ?)",
            [Data(entry.key), Data(entry.itemKey)])
    }

    func removeEntry(_ entry: IndexEntry, from index: Int64, of table: Int64) throws {
        try self.execute(
            "DELETE FROM \(TableFile.entries(table, index)) WHERE key = ? AND item = ?",
            [Data(entry.key), Data(entry.itemKey)])
    }

    func append(_ record: ChangeRecord, to table: Int64) throws -> Int64 {
        try self.execute(
            """
            INSERT INTO \(TableFile.records(table)) (at, kind, bytes, expiry, keys, old, new) VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                record.atMilliseconds, record.kind.rawValue, record.sizeBytes, record.isExpiry,
                Data(record.keys.readableBytesView), record.oldImage.map { Data($0.readableBytesView) },
                record.newImage.map { Data($0.readableBytesView) },
            ])
        return self.db.lastInsertedRowID
    }

    func trimRecords(of table: Int64, before milliseconds: Int64) throws {
        // Sequence and time rise together: the first young record ends the search.
        let records = TableFile.records(table)
        try self.execute(
            """
            DELETE FROM \(records) WHERE sequence < coalesce(
                (SELECT sequence FROM \(records) WHERE at >= ?1 ORDER BY sequence LIMIT 1),
                (SELECT max(sequence) + 1 FROM \(records)))
            """, [milliseconds])
    }

    func noteToken(_ token: String, use: [UInt8], at now: Int64, droppingBefore milliseconds: Int64) throws {
        try self.execute("DELETE FROM token WHERE used_at < ?", [milliseconds])
        try self.execute(
            "INSERT OR REPLACE INTO token (token, used_at, use) VALUES (?, ?, ?)", [token, now, Data(use)])
    }

    /// Writes to the catalog how the tables have grown.
    func storeCounts() throws {
        for (table, growth) in self.grown {
            try self.execute(
                "UPDATE catalog SET items = items + ?, bytes = bytes + ? WHERE id = ?",
                [growth.items, growth.bytes, table])
        }
    }

    private func grow(_ table: Int64, items: Int64, bytes: Int64) {
        self.grown[table, default: (0, 0)].items += items
        self.grown[table, default: (0, 0)].bytes += bytes
    }

    private func execute(_ sql: String, _ arguments: StatementArguments) throws {
        try self.db.cachedStatement(sql: sql).execute(arguments: arguments)
    }
}

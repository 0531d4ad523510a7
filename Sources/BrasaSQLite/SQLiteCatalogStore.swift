import BrasaModel
import Foundation
import GRDB

/// The catalog's documents in the file `catalog.sqlite`.
///
/// Callable from any thread.
package struct SQLiteCatalogStore: CatalogStore {
    private static let schema = SQLiteSchema(
        applicationID: 0x4272_4361,  // "BrCa"
        subject: "the catalog of functions",
        migrations: [
            """
            CREATE TABLE function (
                name TEXT PRIMARY KEY NOT NULL,
                document BLOB NOT NULL
            ) STRICT;
            """
        ])

    private let writer: SQLiteWriter

    /// Opens or creates the file in a locked state directory.
    ///
    /// - Throws: `StorageError` when it cannot be opened, is damaged or of a newer version.
    package init(in lock: StateDirectoryLock) throws(StorageError) {
        self.writer = try SQLiteWriter(file: "catalog.sqlite", in: lock, schema: Self.schema)
    }

    package func load() async throws -> [String: [UInt8]] {
        try await self.writer.read { db in
            var documents: [String: [UInt8]] = [:]
            let rows = try Row.fetchCursor(db, sql: "SELECT name, document FROM function")
            while let row = try rows.next() {
                let name: String = try row.decode(String.self, atIndex: 0)
                documents[name] = try row.withUnsafeData(atIndex: 1) { $0.map { [UInt8]($0) } ?? [] }
            }
            return documents
        }
    }

    package func save(_ document: [UInt8], function: String) async throws {
        try await self.writer.write { db in
            try db.cachedStatement(
                sql: """
                    INSERT INTO function (name, document) VALUES (?, ?)
                    ON CONFLICT (name) DO UPDATE SET document = excluded.document
                    """
            ).execute(arguments: [function, Data(document)])
        }
    }

    package func delete(function: String) async throws {
        try await self.writer.write { db in
            try db.cachedStatement(sql: "DELETE FROM function WHERE name = ?").execute(arguments: [function])
        }
    }

    /// Does what was asked for so far and closes the file.
    package func close() async {
        await self.writer.close()
    }
}

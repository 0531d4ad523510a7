/// What is in `tables.sqlite`, and the SQL for it.
///
/// `catalog` has a row for each table, `index_count` one for each index with something in it, `removed` one for each table
/// that is gone and whose changes are still there. Each table brings a few of its own, named by its number, so that one that
/// grows does not make the keys of the others longer, and one that goes away goes at once:
///
///     item_<table>             its items; the number of a row lets large items lie apart from the keys that are searched
///     entry_<table>_<index>    which item stands where in an index
///     record_<table>           changes, by rising sequence
///
/// Times are milliseconds since 1970, but `expires` is seconds, as the attribute it comes from.
enum TableFile {
    static let schema = SQLiteSchema(
        applicationID: 0x4272_5462,  // "BrTb"
        subject: "the tables",
        migrations: [
            """
            CREATE TABLE catalog (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                name TEXT NOT NULL UNIQUE,
                items INTEGER NOT NULL DEFAULT 0,
                bytes INTEGER NOT NULL DEFAULT 0,
                document BLOB NOT NULL
            ) STRICT;
            CREATE TABLE token (
                token TEXT PRIMARY KEY NOT NULL,
                used_at INTEGER NOT NULL,
                use BLOB NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX token_by_time ON token (used_at);
            """,
            """
            CREATE TABLE index_count (
                table_id INTEGER NOT NULL,
                index_number INTEGER NOT NULL,
                items INTEGER NOT NULL,
                bytes INTEGER NOT NULL,
                PRIMARY KEY (table_id, index_number)
            ) STRICT, WITHOUT ROWID;
            """,
            """
            CREATE TABLE removed (
                id INTEGER PRIMARY KEY,
                name TEXT NOT NULL,
                document BLOB NOT NULL
            ) STRICT;
            """,
        ])

    static func items(_ table: Int64) -> String { "item_\(table)" }
    static func entries(_ table: Int64, _ index: Int64) -> String { "entry_\(table)_\(index)" }
    static func records(_ table: Int64) -> String { "record_\(table)" }

    /// What a new table brings.
    static func createTable(_ table: Int64) -> [String] {
        [
            """
            CREATE TABLE \(self.items(table)) (
                id INTEGER PRIMARY KEY,
                key BLOB NOT NULL UNIQUE,
                bytes INTEGER NOT NULL,
                expires INTEGER,
                json BLOB NOT NULL
            ) STRICT
            """,
            "CREATE INDEX expiry_\(table) ON \(self.items(table)) (expires) WHERE expires IS NOT NULL",
            """
            CREATE TABLE \(self.records(table)) (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                at INTEGER NOT NULL,
                kind INTEGER NOT NULL,
                bytes INTEGER NOT NULL,
                expiry INTEGER NOT NULL,
                keys BLOB NOT NULL,
                old BLOB,
                new BLOB
            ) STRICT
            """,
        ]
    }

    static func createIndex(_ index: Int64, of table: Int64) -> String {
        """
        CREATE TABLE \(self.entries(table, index)) (
            key BLOB NOT NULL,
            item BLOB NOT NULL,
            PRIMARY KEY (key, item)
        ) STRICT, WITHOUT ROWID
        """
    }
}

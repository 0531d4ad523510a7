package import BrasaServices
import GRDB

/// Tables in the file `tables.sqlite`.
///
/// Callable from any thread.
package final class SQLiteTableStore: TableStore {
    private let writer: SQLiteWriter

    /// Opens or creates the file in a locked state directory.
    ///
    /// - Throws: `StorageError` when it cannot be opened, is damaged or of a newer version.
    package init(in lock: StateDirectoryLock) throws(StorageError) {
        self.writer = try SQLiteWriter(file: "tables.sqlite", in: lock, schema: TableFile.schema)
    }

    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any TableReading) throws -> Value,
        completion: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        self.writer.read({ db in try body(TableView(db)) }, completion: completion)
    }

    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (any TableWriting) throws -> Value,
        completion: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        self.writer.submit(
            { db in
                let view = TableChange(db)
                let value = try body(view)
                try view.storeCounts()
                return value
            }, completion: completion)
    }

    /// Does what was asked for so far and closes the file.
    package func close() async {
        await self.writer.close()
    }

    /// What the writer has done so far.
    package var statistics: SQLiteWriterStatistics { self.writer.statistics }
}

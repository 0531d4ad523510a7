package import BrasaServices

/// Tables in the file `tables.sqlite`.
///
/// Callable from any thread.
package final class SQLiteTableStore: TableStore {
    private let writer: SQLiteWriter
    private let readers: SQLiteReaders

    /// Opens or creates the file in a locked state directory.
    ///
    /// - Throws: `StorageError` when it cannot be opened, is damaged or of a newer version.
    package init(in lock: StateDirectoryLock) throws(StorageError) {
        self.writer = try SQLiteWriter(file: "tables.sqlite", in: lock, schema: TableFile.schema)
        let readers = try SQLiteReaders(path: self.writer.path)
        self.readers = readers
        // The last one to close a file copies its log into it, which those that only read cannot do.
        self.writer.beforeClosing { readers.close() }
    }

    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any TableReading) throws -> Value,
        completion: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        self.readers.read({ try body(TableView($0)) }, completion: completion)
    }

    package func readFew<Value: Sendable>(
        _ body: @escaping @Sendable (any TableReading) throws -> Value,
        completion: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        self.readers.readCached({ try body(TableView($0)) }, completion: completion)
    }

    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (any TableWriting) throws -> Value,
        completion: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        let readers = self.readers
        self.writer.submit(
            bare: { connection in
                let change = TableChange(connection.bare)
                let value = try body(change)
                try change.storeCounts()
                return (value, change.hasChangedSchema)
            },
            completion: { result in
                if case .success((_, true)) = result { readers.noteSchemaChange() }
                completion(result.map(\.0))
            })
    }

    /// Does what was asked for so far and closes the file.
    package func close() async {
        await self.writer.close()
    }

    /// What the writer has done so far.
    package var statistics: SQLiteWriterStatistics { self.writer.statistics }
}

import BrasaModel
package import BrasaTables

/// The change streams of all tables, and of those that were removed within the last 24 hours, for whoever reads them inside the host.
///
/// Callable from any thread.
package final class TableStreams: Sendable {
    /// How long records are kept, and a stream that is off can be read: 24 hours.
    package static let retentionMilliseconds: Int64 = 86_400_000

    let tables: TableService

    package init(_ tables: TableService) {
        self.tables = tables
    }

    /// All streams that can be read, in the order of their names.
    package func all(ofTable name: String? = nil) -> [TableStream] {
        let catalog = self.tables.catalog
        let present = name.map { catalog.table(named: $0).map { [$0] } ?? [] } ?? catalog.all
        return (present + catalog.removed(named: name)).flatMap { self.streams(of: $0) }.sorted { $0.arn < $1.arn }
    }

    /// The stream of a full name.
    ///
    /// - Throws: `resourceNotFound` when there is none, or it was switched off too long ago.
    package func stream(_ arn: String) throws(TableError) -> TableStream {
        let parts = arn.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4 else { throw .noStream(arn) }
        let name = String(parts[1])
        let present = self.tables.catalog.table(named: name)
        if let stream = present.flatMap({ self.stream(arn, of: $0) }) { return stream }
        for table in self.tables.catalog.removed(named: name) {
            if let stream = self.stream(arn, of: table) { return stream }
        }
        throw .noStream(arn)
    }

    private func stream(_ arn: String, of table: Table) -> TableStream? {
        self.streams(of: table).first { $0.arn == arn }
    }

    private func streams(of table: Table) -> [TableStream] {
        let now = self.tables.now()
        return table.document.streams.filter { $0.isReadable(atMilliseconds: now) }
            .map { TableStream($0, of: table, self.tables.scope) }
    }

    /// Reads the next records of a stream.
    ///
    /// `completion` is called exactly once, on a thread it must not block, with a page or a `TableError`: `resourceNotFound`,
    /// or `trimmedDataAccess` when records behind the position are gone, since nobody has read them for 24 hours.
    package func read(
        _ arn: String, from position: StreamPosition, limit: StreamPage.Limit = .init(),
        completion: @escaping @Sendable (Result<StreamPage, any Error>) -> Void
    ) {
        self.view(arn, { try self.page($0, from: position, limit, $1) }, completion)
    }

    /// Finds the place behind the newest record of a stream.
    package func latest(
        _ arn: String, completion: @escaping @Sendable (Result<StreamPosition, any Error>) -> Void
    ) {
        self.view(arn, { .after(try Self.newest($0, $1)) }, completion)
    }

    /// Finds the place at a record of a stream, or behind it.
    ///
    /// The number of the next record is one too, though it is not there yet. Fails with `trimmedDataAccess` when the record
    /// is gone, and with `validation` when it is none of this stream's.
    package func position(
        _ arn: String, at sequence: Int64, isBehind: Bool,
        completion: @escaping @Sendable (Result<StreamPosition, any Error>) -> Void
    ) {
        self.view(
            arn,
            { stream, store in
                guard (stream.firstSequence...(try Self.newest(stream, store) + 1)).contains(sequence) else {
                    throw TableError.validation("Invalid SequenceNumber")
                }
                let position = isBehind ? sequence : sequence - 1
                try Self.checkTrim(stream, position, store)
                return .after(position)
            }, completion)
    }

    private func view<Value: Sendable>(
        _ arn: String, _ body: @escaping @Sendable (TableStream, any TableReading) throws -> Value,
        _ completion: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        self.tables.store.read(
            { store in
                let stream = try self.stream(arn)
                do {
                    return try body(stream, store)
                } catch {
                    // The view may not have the table: it is newer, or gone.
                    guard
                        try store.table(named: stream.tableName)?.id == stream.table
                            || store.removedTables().contains(where: { $0.id == stream.table })
                    else { throw TableError.noStream(arn) }
                    throw error
                }
            }, completion: completion)
    }

    private func page(
        _ stream: TableStream, from position: StreamPosition, _ limit: StreamPage.Limit, _ store: any TableReading
    ) throws -> StreamPage {
        let start: Int64
        switch position {
        case .oldest:
            let oldest = try Self.oldest(stream, store)
            start = max(stream.definition.afterSequence, oldest - 1)
        case .after(let sequence):
            try Self.checkTrim(stream, sequence, store)
            start = max(stream.definition.afterSequence, sequence)
        }
        var records: [ChangeRecord] = []
        var bytes = 0
        try store.visitRecords(of: stream.table, after: start) { record in
            bytes += record.sizeBytes
            guard records.isEmpty || bytes <= limit.bytes else { return false }
            records.append(record)
            return records.count < limit.records
        }
        // Asked again only now: the view may be newer than `stream`, and have records of the one that came after it, but
        // what is known about streams is never older than the view.
        let current = try self.stream(stream.arn)
        if let end = current.lastSequence { records.removeAll { $0.sequence > end } }
        let last = max(start, records.last?.sequence ?? 0)
        let hasEnded = current.lastSequence.map { last >= $0 } ?? false
        return StreamPage(stream: current, records: records, next: hasEnded ? nil : .after(last))
    }

    /// The number of a stream's newest record; the one before its first when it has none yet.
    private static func newest(_ stream: TableStream, _ store: any TableReading) throws -> Int64 {
        let last = max(try store.lastSequence(of: stream.table), stream.definition.afterSequence)
        return min(last, stream.lastSequence ?? .max)
    }

    /// The number of the oldest record of a stream that is there; the one behind its last when none is.
    private static func oldest(_ stream: TableStream, _ store: any TableReading) throws -> Int64 {
        let oldest =
            try store.recordBounds(of: stream.table)?.lowerBound ?? store.lastSequence(of: stream.table) + 1
        return min(oldest, (stream.lastSequence ?? .max - 1) + 1)
    }

    /// Numbers follow each other without gaps, so whatever lies between a position and the oldest record is gone.
    private static func checkTrim(_ stream: TableStream, _ sequence: Int64, _ store: any TableReading) throws {
        guard max(sequence, stream.definition.afterSequence) + 1 < (try Self.oldest(stream, store)) else { return }
        throw TableError(.trimmedDataAccess, "The data you are trying to access has been trimmed")
    }
}

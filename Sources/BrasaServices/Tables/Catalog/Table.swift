package import BrasaTables

/// A table as requests meet it: one state of its document, ready for use.
///
/// Never changed: a change of the table makes another one, so whoever planned with this one sees whether it still holds.
package final class Table: Sendable {
    package let id: Int64
    package let document: TableDocument
    package let schema: TableSchema
    /// The stream that is on.
    package let stream: TableDocument.Stream?
    package let streamView: TableDefinition.StreamView?
    package let timeToLive: ByteText?
    private let indexes: [String: TableDocument.Index]

    package var name: String { self.schema.name }

    /// - Throws: `ServiceFailure` when the document contradicts itself, which only other hands than ours can have made.
    package init(id: Int64, name: String, document: TableDocument) throws {
        guard let schema = document.schema(named: name) else {
            throw TableError(
                .internalServerError, "What is stored about table \(name) contradicts itself: a key has no type.")
        }
        self.id = id
        self.document = document
        self.schema = schema
        self.stream = document.streams.last.flatMap { $0.endedAtMilliseconds == nil ? $0 : nil }
        self.streamView = self.stream.flatMap { TableDefinition.StreamView(rawValue: $0.view) }
        self.timeToLive = document.timeToLive.map { ByteText($0) }
        self.indexes = Dictionary(uniqueKeysWithValues: document.indexes.map { ($0.name, $0) })
    }

    package convenience init(_ stored: StoredTable) throws {
        let document: TableDocument
        do {
            document = try TableDocument(encoded: stored.document)
        } catch {
            throw TableError(
                .internalServerError, "What is stored about table \(stored.name) cannot be read: \(error)")
        }
        try self.init(id: stored.id, name: stored.name, document: document)
    }

    /// What the store knows an index of this table by.
    func number(of index: SecondaryIndex) -> Int64 {
        self.stored(index).number
    }

    /// What is kept about an index of this table.
    func stored(_ index: SecondaryIndex) -> TableDocument.Index {
        guard let stored = self.indexes[index.name] else {
            preconditionFailure("table \(self.name) has no index \(index.name)")
        }
        return stored
    }
}

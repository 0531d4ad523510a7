import BrasaModel
import BrasaTables
import Foundation
import Logging
import NIOCore

/// CreateTable, DescribeTable, ListTables, UpdateTable and DeleteTable.
extension TableService {
    private struct Created: Encodable { let tableDescription: TableDescription }
    private struct Described: Encodable { let table: TableDescription }
    private struct Listed: Encodable {
        let tableNames: [String]
        let lastEvaluatedTableName: String?
    }

    /// Changes a table's document, and what hangs on it, in one write.
    ///
    /// - Parameter body: changes the document; what it throws leaves everything as it was.
    /// - Parameter answer: the JSON to answer with, of the table as it is then.
    func changeTable(
        _ name: String, _ completion: @escaping Completion,
        _ body: @escaping @Sendable (inout TableDocument, Table, any TableWriting) throws -> Void,
        answer: @escaping @Sendable (Table, any TableWriting) throws -> ByteBuffer
    ) {
        let name = self.catalog.plainName(name)
        self.changeCatalog(name, completion) { store in
            guard let table = self.catalog.table(named: name) else { throw self.noTable(name) }
            var document = table.document
            try body(&document, table, store)
            let changed = try Table(id: table.id, name: name, document: document)
            if document != table.document { try store.setDocument(try document.encoded(), of: table.id) }
            let json = try answer(changed, store)
            self.catalog.set(changed)
            return json
        }
    }

    /// A write that changes which tables there are, or what one of them is.
    ///
    /// `body` tells the catalog as its last act. If the write is undone after that, the catalog reads what is stored.
    private func changeCatalog(
        _ name: String, _ completion: @escaping Completion,
        _ body: @escaping @Sendable (any TableWriting) throws -> ByteBuffer
    ) {
        self.change(
            { result in
                if case .failure(let failure) = result, failure.kind == .internal { self.reload(name) }
                completion(result)
            }, body)
    }

    /// Reads a table anew, after a change that was not committed after all.
    func reload(_ name: String) {
        self.store.write({ try self.catalog.reload(name, from: $0) }) { result in
            guard case .failure(let error) = result else { return }
            self.logger.error("table cannot be read", metadata: ["table": "\(name)", "error": "\(error)"])
        }
    }

    func createTable(_ request: CreateTableRequest, _ completion: @escaping Completion) throws {
        let name = request.definition.schema.name
        self.changeCatalog(name, completion) { store in
            guard self.catalog.table(named: name) == nil else {
                throw TableError(.resourceInUse, "Table already exists: \(name)")
            }
            let streams = self.catalog.removed(named: name).flatMap(\.document.streams)
            let document = TableDocument(
                request.definition, uniqueID: UUID().uuidString.lowercased(), atMilliseconds: self.now(),
                earlierStreamMilliseconds: streams.map(\.startedAtMilliseconds).max())
            let id = try store.createTable(named: name, document: try document.encoded())
            for index in document.indexes { try store.createIndex(index.number, of: id) }
            let table = try Table(id: id, name: name, document: document)
            let json = try TableAnswer.json(
                Created(tableDescription: TableDescription(table, self.scope, .creating)))
            self.catalog.set(table)
            return json
        }
    }

    func describeTable(_ request: TableNameRequest, _ completion: @escaping Completion) throws {
        guard let table = self.catalog.table(named: request.tableName) else {
            throw self.noTable(request.tableName)
        }
        self.readFew(completion) { store in
            try TableAnswer.json(Described(table: try self.description(table, table.status, store)))
        }
    }

    func description(
        _ table: Table, _ status: TableDescription.Status, _ store: any TableReading
    ) throws -> TableDescription {
        // A view may still show an earlier table of the name.
        let stored = try store.table(named: table.name).flatMap { $0.id == table.id ? $0 : nil }
        let indexes = table.schema.indexes.isEmpty ? [:] : try store.indexCounts(of: table.id)
        return TableDescription(
            table, self.scope, status, counts: stored?.counts ?? StoredCounts(), indexCounts: indexes)
    }

    func listTables(_ request: ListTablesRequest, _ completion: @escaping Completion) throws {
        self.read(completion) { store in
            var names = try store.tableNames(
                after: request.exclusiveStartTableName ?? "", limit: request.limit + 1)
            let hasMore = names.count > request.limit
            if hasMore { names.removeLast() }
            return try TableAnswer.json(Listed(tableNames: names, lastEvaluatedTableName: hasMore ? names.last : nil))
        }
    }

    func deleteTable(_ request: TableNameRequest, _ completion: @escaping Completion) throws {
        let name = self.catalog.plainName(request.tableName)
        self.changeCatalog(name, completion) { store in
            guard let table = self.catalog.table(named: name) else { throw self.noTable(name) }
            guard !table.document.isProtectedFromDeletion else {
                throw TableError.validation(
                    "Resource cannot be deleted as it is currently protected against deletion. "
                        + "Disable deletion protection first.")
            }
            let description = try self.description(table, .deleting, store)
            let rest = try self.rest(of: table, store)
            try store.removeTable(table.id, leaving: try rest?.document.encoded())
            let json = try TableAnswer.json(Created(tableDescription: description))
            self.catalog.remove(table, leaving: rest)
            return json
        }
    }

    /// What is left of a table that is removed: its streams, which can be read for another day; nil: it has none.
    private func rest(of table: Table, _ store: any TableWriting) throws -> Table? {
        let now = self.now()
        var document = table.document
        document.streams.removeAll { !$0.isReadable(atMilliseconds: now) }
        guard !document.streams.isEmpty else { return nil }
        if table.stream != nil {
            document.endStream(atMilliseconds: now, lastSequence: try store.lastSequence(of: table.id))
        }
        return try Table(id: table.id, name: table.name, document: document)
    }

    func updateTable(_ request: UpdateTableRequest, _ completion: @escaping Completion) throws {
        self.changeTable(
            request.tableName,
            { result in
                if case .success = result, let table = self.catalog.table(named: request.tableName) {
                    self.fillIndexes(of: table)
                }
                completion(result)
            },
            { document, table, store in
                try TableUpdate(request, table, atMilliseconds: self.now()).apply(to: &document, store)
            },
            answer: { table, store in
                try TableAnswer.json(
                    Created(tableDescription: try self.description(table, .updating, store)))
            })
    }
}

extension Table {
    /// Whether an index is still being filled.
    var status: TableDescription.Status {
        self.document.indexes.contains { $0.status == .creating } ? .updating : .active
    }
}

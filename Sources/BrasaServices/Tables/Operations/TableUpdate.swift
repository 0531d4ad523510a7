import BrasaTables

/// What UpdateTable makes of a table.
struct TableUpdate {
    private let request: UpdateTableRequest
    private let table: Table
    private let atMilliseconds: Int64

    init(_ request: UpdateTableRequest, _ table: Table, atMilliseconds: Int64) {
        self.request = request
        self.table = table
        self.atMilliseconds = atMilliseconds
    }

    /// Changes the document, and adds and removes indexes of the store.
    ///
    /// - Throws: the refusal when the table is not as the request takes it to be.
    func apply(to document: inout TableDocument, _ store: any TableWriting) throws {
        if let isProtected = self.request.isProtectedFromDeletion { document.isProtectedFromDeletion = isProtected }
        if let billing = self.request.billing { document.setBilling(billing, atMilliseconds: self.atMilliseconds) }
        if let stream = self.request.stream { try self.changeStream(stream, &document, store) }
        for attribute in self.request.attributes {
            let (name, type) = (attribute.name.string, attribute.type.rawValue)
            if let known = document.attributes.first(where: { $0.name == name }) {
                guard known.type == type else {
                    throw TableError.validation(
                        "Attribute \(name) is already defined with type \(known.type); it cannot become \(type)")
                }
            } else {
                document.attributes.append(.init(name: name, type: type))
            }
        }
        for change in self.request.indexChanges { try self.apply(change, to: &document, store) }
        let used = Set(document.keys + document.indexes.flatMap(\.keys))
        let given = Set(self.request.attributes.map(\.name.string))
        guard given.isSubset(of: used) else {
            throw TableError.invalidParameter(
                "Some AttributeDefinitions are not used. AttributeDefinitions: "
                    + "[\(given.sorted().joined(separator: ", "))], keys used: [\(used.sorted().joined(separator: ", "))]"
            )
        }
        document.attributes.removeAll { !used.contains($0.name) }
    }

    private func changeStream(
        _ view: TableDefinition.StreamView?, _ document: inout TableDocument, _ store: any TableWriting
    ) throws {
        let last = try store.recordBounds(of: self.table.id)?.upperBound
        if let view {
            guard self.table.stream == nil else {
                throw TableError.validation("Table already has an enabled stream: TableName: \(self.table.name)")
            }
            let before = max(last ?? 0, document.streams.last?.lastSequence ?? 0)
            document.startStream(view, atMilliseconds: self.atMilliseconds, afterSequence: before)
        } else {
            guard let stream = self.table.stream else {
                throw TableError.validation(
                    "Table is already disabled for streams: TableName: \(self.table.name)")
            }
            let place = document.streams.count - 1
            document.streams[place].endedAtMilliseconds = self.atMilliseconds
            document.streams[place].lastSequence = max(last ?? 0, stream.afterSequence)
        }
    }

    private func apply(
        _ change: UpdateTableRequest.IndexChange, to document: inout TableDocument, _ store: any TableWriting
    ) throws {
        let place = document.indexes.firstIndex { $0.name == change.name }
        switch change {
        case .create(let index, let throughput):
            guard place == nil else {
                throw TableError.invalidParameter("Attempting to create an index which already exists")
            }
            guard !document.indexes.contains(where: { $0.status == .creating }) else {
                throw TableError(
                    .limitExceeded,
                    "Subscriber limit exceeded: Only 1 online index can be created simultaneously per table")
            }
            guard document.indexes.count(where: \.isGlobal) < CreateTableRequest.maximumGlobalIndexes else {
                throw TableError.invalidParameter("GlobalSecondaryIndex count exceeds the per-table limit of 20")
            }
            try self.checkThroughput(throughput, of: index, document)
            let number = document.add(index, throughput: throughput, status: .creating)
            try store.createIndex(number, of: self.table.id)
        case .update(let name, let throughput):
            guard let place, document.indexes[place].isGlobal else { throw TableError.noResource }
            guard document.throughput != nil else {
                throw TableError.invalidParameter(
                    "ProvisionedThroughput should not be specified for index: \(name) "
                        + "when BillingMode is PAY_PER_REQUEST")
            }
            document.indexes[place].throughput = .init(throughput)
        case .delete:
            guard let place, document.indexes[place].isGlobal else { throw TableError.noResource }
            try store.removeIndex(document.indexes[place].number, of: self.table.id)
            document.indexes.remove(at: place)
        }
    }

    private func checkThroughput(
        _ throughput: TableDefinition.Throughput?, of index: SecondaryIndex, _ document: TableDocument
    ) throws {
        if document.throughput == nil, throughput != nil {
            throw TableError.invalidParameter(
                "ProvisionedThroughput should not be specified for index: \(index.name) "
                    + "when BillingMode is PAY_PER_REQUEST")
        }
        if document.throughput != nil, throughput == nil {
            throw TableError.invalidParameter("ProvisionedThroughput must be specified for index: \(index.name)")
        }
    }
}

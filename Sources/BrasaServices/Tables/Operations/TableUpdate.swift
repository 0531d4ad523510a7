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
        if let tableClass = self.request.tableClass { document.tableClass = tableClass }
        if let billing = self.request.billing { try self.changeBilling(billing, &document) }
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
        guard self.request.indexChanges.count(where: \.isOnline) <= 1 else { throw Self.tooManyIndexes }
        for change in self.request.indexChanges { try self.apply(change, to: &document, store) }
        let used = Set(document.keys + document.indexes.flatMap(\.keys))
        try CreateTableRequest.checkUse(of: self.request.attributes.map(\.name.string), keys: used)
        document.attributes.removeAll { !used.contains($0.name) }
    }

    private func changeBilling(_ billing: TableDefinition.Billing, _ document: inout TableDocument) throws {
        if case .provisioned(let wanted) = billing {
            if let current = document.throughput {
                guard current != .init(wanted) else {
                    throw Self.unchanged(current, "the table", place: "the table")
                }
            } else {
                guard self.request.namesBillingMode else {
                    throw TableError.invalidParameter(
                        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
                    )
                }
                let updated = self.request.indexChanges.map(\.name)
                let others = document.indexes.filter { $0.isGlobal && !updated.contains($0.name) }.map(\.name)
                guard others.isEmpty else {
                    throw TableError.invalidParameter(
                        "ProvisionedThroughput must be specified for index: \(others.joined(separator: ","))")
                }
            }
        }
        document.setBilling(billing, atMilliseconds: self.atMilliseconds)
    }

    /// A request for the capacity that a table or an index has already.
    private static func unchanged(
        _ current: TableDocument.Throughput, _ what: String, place: String
    ) -> TableError {
        .validation(
            "The provisioned throughput for \(what) will not change. The requested value equals the current value. "
                + "Current ReadCapacityUnits provisioned for \(place): \(current.readUnits). "
                + "Requested ReadCapacityUnits: \(current.readUnits). "
                + "Current WriteCapacityUnits provisioned for \(place): \(current.writeUnits). "
                + "Requested WriteCapacityUnits: \(current.writeUnits). "
                + "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.")
    }

    private func changeStream(
        _ view: TableDefinition.StreamView?, _ document: inout TableDocument, _ store: any TableWriting
    ) throws {
        // Not the highest that is there: all may have been trimmed.
        let last = try store.lastSequence(of: self.table.id)
        if let view {
            guard self.table.stream == nil else {
                throw TableError.validation("Table already has an enabled stream: TableName: \(self.table.name)")
            }
            document.startStream(view, atMilliseconds: self.atMilliseconds, afterSequence: last)
        } else {
            guard self.table.stream != nil else {
                throw TableError.validation("Table has no stream to disable: TableName: \(self.table.name)")
            }
            document.endStream(atMilliseconds: self.atMilliseconds, lastSequence: last)
        }
    }

    private func apply(
        _ change: UpdateTableRequest.IndexChange, to document: inout TableDocument, _ store: any TableWriting
    ) throws {
        let place = document.indexes.firstIndex { $0.name == change.name }
        switch change {
        case .create(let index, let throughput):
            guard place == nil else {
                throw TableError.validation("Attempting to create an index which already exists")
            }
            guard !document.indexes.contains(where: { $0.status == .creating }) else {
                throw Self.tooManyIndexes
            }
            guard document.indexes.count(where: \.isGlobal) < CreateTableRequest.maximumGlobalIndexes else {
                throw TableError(.limitExceeded, "GlobalSecondaryIndex count exceeds the per-table limit of 20")
            }
            try self.checkThroughput(throughput, of: index, document)
            let number = document.add(index, throughput: throughput, status: .creating)
            try store.createIndex(number, of: self.table.id)
        case .update(let name, let throughput):
            let place = try self.global(place, name, "update", document)
            guard document.throughput != nil else {
                throw TableError.invalidParameter(
                    "The only Updates for index: \(name) when TableThroughputMode is PAY_PER_REQUEST can be to "
                        + "OnDemandThroughput, WarmThroughput")
            }
            if let current = document.indexes[place].throughput, current == .init(throughput) {
                throw Self.unchanged(current, "the index \(name)", place: "index \(name)")
            }
            document.indexes[place].throughput = .init(throughput)
        case .delete(let name):
            let place = try self.global(place, name, "delete", document)
            // The one that is being filled may go, but no other meanwhile.
            guard document.indexes.allSatisfy({ $0.status == .active || $0.name == name }) else {
                throw Self.tooManyIndexes
            }
            try store.removeIndex(document.indexes[place].number, of: self.table.id)
            document.indexes.remove(at: place)
        }
    }

    /// One index comes or goes at a time.
    private static var tooManyIndexes: TableError {
        TableError(
            .limitExceeded,
            "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table")
    }

    /// The place of a global index, the only kind that changes.
    private func global(_ place: Int?, _ name: String, _ verb: String, _ document: TableDocument) throws -> Int {
        guard let place else {
            throw TableError(
                .resourceNotFound, "Requested resource not found: Index \(name) for table \(self.table.name)")
        }
        guard document.indexes[place].isGlobal else {
            throw TableError.validation("Cannot \(verb) an index that is not a GlobalSecondaryIndex: \(name)")
        }
        return place
    }

    private func checkThroughput(
        _ throughput: TableDefinition.Throughput?, of index: SecondaryIndex, _ document: TableDocument
    ) throws {
        if document.throughput == nil, throughput != nil {
            throw TableError.invalidParameter(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: \(index.name) "
                    + "when BillingMode is PAY_PER_REQUEST")
        }
        if document.throughput != nil, throughput == nil {
            throw TableError.invalidParameter(
                "Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: \(index.name)")
        }
    }
}

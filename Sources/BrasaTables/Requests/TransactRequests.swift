/// What TransactWriteItems asks for.
package struct TransactWriteRequest: Sendable, Hashable {
    /// Most actions of a transaction.
    package static let maximumActions = 100
    /// Most bytes of the items that are written, and of the keys of others, together: 4 MB.
    ///
    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
    package static let maximumBytes = 4_194_304

    package let actions: [WriteRequest]
    /// Within ten minutes a transaction with the same token is done once.
    package let clientRequestToken: String?
    package let returnConsumedCapacity: ReturnConsumedCapacity
    package let returnItemCollectionMetrics: ReturnItemCollectionMetrics

    private static let operations: [String: WriteRequest.Operation] = [
        "Put": .put, "Update": .update, "Delete": .delete, "ConditionCheck": .check,
    ]

    /// Reads the body of a request.
    ///
    /// - Throws: the refusal in the service's words.
    package init(_ body: UnsafeRawBufferPointer) throws(TableError) {
        var items: [[(WriteRequest.Operation, RequestMembers)]]?
        var members = RequestMembers()
        var token: String?
        try RequestBody.read(body) { json throws(TableError) in
            while let name = try json.nextKey() {
                if try json.takeNull() { continue }
                switch name {
                case "TransactItems":
                    items = try TransactItems.read(&json, "TransactWriteItem") { Self.operations[$0] }
                case "ClientRequestToken": token = try json.text()
                default: try members.read(name.string, &json)
                }
            }
        }
        var faults = ConstraintFaults()
        let capacity = faults.word(
            members.returnConsumedCapacity, "returnConsumedCapacity", as: ReturnConsumedCapacity.self)
        let metrics = faults.word(
            members.returnItemCollectionMetrics, "returnItemCollectionMetrics", as: ReturnItemCollectionMetrics.self)
        TransactItems.check(items?.count, &faults)
        if let token { faults.length(token.utf16.count, token, "clientRequestToken", 1...36) }
        try faults.check()

        var actions: [WriteRequest] = []
        for (place, item) in (items ?? []).enumerated() {
            guard let (operation, members) = item.first, item.count == 1 else {
                throw TableError.validation("TransactItems can only contain one of Check, Put, Update or Delete")
            }
            let path = "transactItems.\(place + 1).member.\(Self.member(operation))."
            if operation == .update, members.tableName != nil, members.key != nil {
                // Of an UpdateItem it need not be there.
                var faults = ConstraintFaults(at: path)
                faults.require(members.expressions[.update] != nil, "updateExpression")
                try faults.check()
            }
            actions.append(try WriteRequest(operation, members, at: path))
        }
        try Self.checkSize(actions.map(\.change.sizeBytes))
        self.actions = actions
        self.clientRequestToken = token
        self.returnConsumedCapacity = capacity ?? .none
        self.returnItemCollectionMetrics = metrics ?? .none
    }

    private static func member(_ operation: WriteRequest.Operation) -> String {
        switch operation {
        case .put: "put"
        case .update: "update"
        case .delete: "delete"
        case .check: "conditionCheck"
        }
    }

    /// Refuses a transaction whose actions have too many bytes together.
    static func checkSize(_ bytes: [Int]) throws(TableError) {
        guard bytes.reduce(0, +) > Self.maximumBytes else { return }
        throw TableError.validation("Collection size of items in the transaction request size cannot exceed 4 MB")
    }
}

/// What TransactGetItems asks for.
package struct TransactGetRequest: Sendable, Hashable {
    package let gets: [GetRequest]
    package let returnConsumedCapacity: ReturnConsumedCapacity

    /// Reads the body of a request.
    ///
    /// - Throws: the refusal in the service's words.
    package init(_ body: UnsafeRawBufferPointer) throws(TableError) {
        var items: [[(Bool, RequestMembers)]]?
        var members = RequestMembers()
        try RequestBody.read(body) { json throws(TableError) in
            while let name = try json.nextKey() {
                if try json.takeNull() { continue }
                if name == "TransactItems" {
                    items = try TransactItems.read(&json, "TransactGetItem") { $0 == "Get" ? true : nil }
                } else {
                    try members.read(name.string, &json)
                }
            }
        }
        var faults = ConstraintFaults()
        let capacity = faults.word(
            members.returnConsumedCapacity, "returnConsumedCapacity", as: ReturnConsumedCapacity.self)
        TransactItems.check(items?.count, &faults)
        for (index, item) in (items ?? []).enumerated() {
            faults.require(item.count == 1, "transactItems.\(index + 1).member.get")
        }
        try faults.check()

        var gets: [GetRequest] = []
        for (place, item) in (items ?? []).enumerated() {
            gets.append(try GetRequest(item[0].1, at: "transactItems.\(place + 1).member.get."))
        }
        self.gets = gets
        self.returnConsumedCapacity = capacity ?? .none
    }
}

/// The list that both operations have.
private enum TransactItems {
    /// Reads the list; each element has the members that `kind` knows.
    static func read<Kind>(
        _ json: inout JSONReader, _ structure: String, _ kind: (String) -> Kind?
    ) throws(TableError) -> [[(Kind, RequestMembers)]] {
        try json.beginList()
        var items: [[(Kind, RequestMembers)]] = []
        while try json.nextElement() {
            try json.beginElement(structure)
            var item: [(Kind, RequestMembers)] = []
            while let name = try json.nextKey() {
                if try json.takeNull() { continue }
                guard let kind = kind(name.string) else {
                    try json.skip()
                    continue
                }
                try json.beginStructure(name.string)
                var members = RequestMembers()
                try members.read(&json)
                item.append((kind, members))
            }
            items.append(item)
        }
        return items
    }

    static func check(_ count: Int?, _ faults: inout ConstraintFaults) {
        faults.require(count != nil, "transactItems")
        guard let count else { return }
        faults.length(
            count, "[\(count == 0 ? "" : "\(count) actions")]", "transactItems",
            1...TransactWriteRequest.maximumActions)
    }
}

extension WriteRequest.Change {
    /// Bytes of what the request itself brings along.
    fileprivate var sizeBytes: Int {
        switch self {
        case .put(let item): item.sizeBytes
        case .update(let key, _), .delete(let key), .check(let key): key.sizeBytes
        }
    }
}

public import BrasaFunction
internal import FoundationEssentials

extension Context {
    /// Does all that `body` adds, in one or several tables, or nothing.
    ///
    /// - Parameter token: The same token within ten minutes does the same work once only.
    /// - Throws: ``ServiceError`` of type `TransactionCanceledException` when a condition does not hold; what each of the
    ///   actions had against it is in its ``ServiceError/cancellationReasons``.
    public func transact(token: String? = nil, _ body: (inout Transaction) throws -> Void) throws {
        var transaction = Transaction()
        try body(&transaction)
        var request = TableRequest()
        request.TransactItems = transaction.actions
        request.ClientRequestToken = token
        _ = try request.perform("TransactWriteItems", self)
    }
}

/// What is to be done together: up to 100 actions, each on another item.
public struct Transaction {
    var actions: [[String: TableRequest]] = []

    /// Stores an item.
    public mutating func put(_ item: some Encodable, in table: String, if condition: Expression? = nil) throws {
        try self.add("Put", table, condition) { $0.Item = try AttributeEncoder().encodeItem(item) }
    }

    /// Changes an item, or makes it.
    public mutating func update(
        _ key: [String: Attribute], in table: String, _ change: Expression, if condition: Expression? = nil
    ) throws {
        try self.add("Update", table, condition, change) { $0.Key = key }
    }

    /// Removes an item.
    public mutating func delete(_ key: [String: Attribute], in table: String, if condition: Expression? = nil) throws {
        try self.add("Delete", table, condition) { $0.Key = key }
    }

    /// Only looks whether a condition holds.
    public mutating func check(_ key: [String: Attribute], in table: String, _ condition: Expression) throws {
        try self.add("ConditionCheck", table, condition) { $0.Key = key }
    }

    private mutating func add(
        _ action: String, _ table: String, _ condition: Expression?, _ change: Expression? = nil,
        _ fill: (inout TableRequest) throws -> Void
    ) throws {
        var request = TableRequest(TableName: table)
        var placeholders = Placeholders()
        request.ConditionExpression = try placeholders.text(condition)
        request.UpdateExpression = try placeholders.text(change)
        request.take(placeholders)
        try fill(&request)
        self.actions.append([action: request])
    }
}

extension ServiceError {
    /// Of a cancelled transaction: for each action `None` or why it could not be, such as `ConditionalCheckFailed`.
    public var cancellationReasons: [String] {
        struct Details: Decodable {
            struct Reason: Decodable { let Code: String }
            let CancellationReasons: [Reason]
        }
        let details = try? JSONDecoder().decode(Details.self, from: Data(self.details))
        return details?.CancellationReasons.map(\.Code) ?? []
    }
}

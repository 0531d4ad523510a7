public import BrasaFunction
internal import FoundationEssentials

extension Context {
    /// A table of the host, or of AWS where the host is set so.
    ///
    /// No request is made: a table that does not exist is told by the first operation.
    public func table(_ name: String) -> Table { Table(name: name, context: self) }
}

/// One table, its items as Codable values.
///
///     let users = context.table("users")
///     try users.put(user, if: "attribute_not_exists(id)")
///     let user = try users.get(["id": "u-17"], as: User.self)
///
/// All operations throw ``ServiceError`` for what the service refuses (``ServiceError/isConflict`` when a condition does
/// not hold), and coding errors for values that tables cannot keep or that are not of the type asked for. Valid as long as
/// the context it is from.
public struct Table {
    /// Name of the table.
    public let name: String
    let context: Context

    // MARK: - One item

    /// Stores an item, in the place of one with the same key.
    ///
    /// - Parameter condition: Has to hold for the item that is there before, or for none.
    public func put(_ item: some Encodable, if condition: Expression? = nil) throws {
        _ = try self.write("PutItem", condition) { $0.Item = try AttributeEncoder().encodeItem(item) }
    }

    /// The item with this key; nil: there is none.
    ///
    /// - Parameter isConsistent: Whether it must be what was written last. The host's own tables always answer so; AWS's
    ///   cost twice as much then.
    public func get<Item: Decodable>(
        _ key: [String: Attribute], as type: Item.Type = Item.self, isConsistent: Bool = true
    ) throws -> Item? {
        var request = TableRequest(TableName: self.name)
        request.Key = key
        request.ConsistentRead = isConsistent
        return try request.perform("GetItem", self.context).Item.map { try AttributeDecoder().decode(type, from: $0) }
    }

    /// Changes an item, or makes it: `"SET version = version + \(1) REMOVE draft"`.
    public func update(_ key: [String: Attribute], _ change: Expression, if condition: Expression? = nil) throws {
        _ = try self.write("UpdateItem", condition, change) { $0.Key = key }
    }

    /// Changes an item, or makes it, and returns all of it as it is then.
    public func update<Item: Decodable>(
        _ key: [String: Attribute], _ change: Expression, if condition: Expression? = nil, returning type: Item.Type
    ) throws -> Item {
        let answer = try self.write("UpdateItem", condition, change) {
            $0.Key = key
            $0.ReturnValues = "ALL_NEW"
        }
        return try AttributeDecoder().decode(type, from: answer.Attributes ?? [:])
    }

    /// Removes an item; none there is not an error.
    public func delete(_ key: [String: Attribute], if condition: Expression? = nil) throws {
        _ = try self.write("DeleteItem", condition) { $0.Key = key }
    }

    /// Removes an item and returns it; nil: there was none.
    public func delete<Item: Decodable>(
        _ key: [String: Attribute], if condition: Expression? = nil, returning type: Item.Type
    ) throws -> Item? {
        let answer = try self.write("DeleteItem", condition) {
            $0.Key = key
            $0.ReturnValues = "ALL_OLD"
        }
        return try answer.Attributes.map { try AttributeDecoder().decode(type, from: $0) }
    }

    private func write(
        _ operation: String, _ condition: Expression?, _ change: Expression? = nil,
        _ fill: (inout TableRequest) throws -> Void
    ) throws -> TableAnswer {
        var request = TableRequest(TableName: self.name)
        var placeholders = Placeholders()
        request.ConditionExpression = try placeholders.text(condition)
        request.UpdateExpression = try placeholders.text(change)
        request.take(placeholders)
        try fill(&request)
        return try request.perform(operation, self.context)
    }

    // MARK: - Many items

    /// The items with one partition key, in the order of their sort keys: `"customer = \(id) AND begins_with(sk, \("order#"))"`.
    ///
    /// Nothing is asked before the first item is.
    ///
    /// - Parameters:
    ///   - index: A secondary index to look in.
    ///   - filter: Leaves out what it does not hold for, after it was read.
    ///   - pageSize: Most items to read with one request; nil: 1 MB of them.
    ///   - start: Behind this item, as ``Items/next`` of an earlier look gave it.
    public func query<Item: Decodable>(
        _ keys: Expression, as type: Item.Type = Item.self, index: String? = nil, filter: Expression? = nil,
        isForward: Bool = true, pageSize: Int? = nil, after start: [String: Attribute]? = nil
    ) throws -> Items<Item> {
        try self.items("Query", keys, index, filter, pageSize, start) { if !isForward { $0.ScanIndexForward = false } }
    }

    /// All items, in no order that means anything.
    public func scan<Item: Decodable>(
        as type: Item.Type = Item.self, index: String? = nil, filter: Expression? = nil, pageSize: Int? = nil,
        after start: [String: Attribute]? = nil
    ) throws -> Items<Item> {
        try self.items("Scan", nil, index, filter, pageSize, start) { _ in }
    }

    private func items<Item>(
        _ operation: String, _ keys: Expression?, _ index: String?, _ filter: Expression?, _ pageSize: Int?,
        _ start: [String: Attribute]?, _ fill: (inout TableRequest) -> Void
    ) throws -> Items<Item> {
        var request = TableRequest(TableName: self.name)
        var placeholders = Placeholders()
        request.KeyConditionExpression = try placeholders.text(keys)
        request.FilterExpression = try placeholders.text(filter)
        request.take(placeholders)
        request.IndexName = index
        request.Limit = pageSize
        request.ExclusiveStartKey = start
        fill(&request)
        return Items(operation: operation, request: request, context: self.context)
    }
}

/// What PutItem, UpdateItem and DeleteItem ask for; also an action of TransactWriteItems.
package struct WriteRequest: Sendable, Hashable {
    /// What is done to the item.
    package enum Change: Sendable, Hashable {
        case put(AttributeMap)
        /// No update: the item is made if it is not there.
        case update(key: AttributeMap, Update?)
        case delete(key: AttributeMap)
        /// Nothing: only the condition counts.
        case check(key: AttributeMap)
    }

    package let tableName: String
    package let change: Change
    package let condition: Condition?
    package let returnValues: ReturnValues
    package let returnValuesOnFailure: ReturnValuesOnFailure
    package let returnConsumedCapacity: ReturnConsumedCapacity
    package let returnItemCollectionMetrics: ReturnItemCollectionMetrics
}

/// What GetItem asks for.
package struct GetRequest: Sendable, Hashable {
    package let tableName: String
    package let key: AttributeMap
    package let projection: Projection?
    package let isConsistent: Bool
    package let returnConsumedCapacity: ReturnConsumedCapacity
}

extension WriteRequest {
    /// The operations and actions that are writes.
    package enum Operation: String, Sendable, Hashable {
        case put = "PutItem"
        case update = "UpdateItem"
        case delete = "DeleteItem"
        /// The condition of a transaction on an item that it leaves alone.
        case check = "ConditionCheck"
    }

    /// Reads the body of a request.
    ///
    /// - Throws: the refusal in the service's words.
    package init(_ operation: Operation, _ body: UnsafeRawBufferPointer) throws(TableError) {
        self = try RequestBody.read(body) { json throws(TableError) in
            var members = RequestMembers()
            try members.read(&json)
            return try WriteRequest(operation, members)
        }
    }

    /// - Parameter path: where the members are in a request with several, for its refusal.
    init(_ operation: Operation, _ members: RequestMembers, at path: String = "") throws(TableError) {
        var faults = ConstraintFaults(at: path)
        let capacity = faults.word(
            members.returnConsumedCapacity, "returnConsumedCapacity", as: ReturnConsumedCapacity.self)
        faults.tableName(members.tableName)
        if operation == .put {
            faults.require(members.item != nil, "item")
        } else {
            faults.require(members.key != nil, "key")
        }
        if operation == .check { faults.require(members.expressions[.condition] != nil, "conditionExpression") }
        let values = faults.word(members.returnValues, "returnValues", as: ReturnValues.self)
        let metrics = faults.word(
            members.returnItemCollectionMetrics, "returnItemCollectionMetrics", as: ReturnItemCollectionMetrics.self)
        let failure = faults.word(
            members.returnValuesOnFailure, "returnValuesOnConditionCheckFailure", as: ReturnValuesOnFailure.self)
        try faults.check()
        guard let tableName = members.tableName else { preconditionFailure("checked above") }

        try members.checkLegacy(operation.rawValue)
        try members.checkExpressionUse(valuesIn: operation == .update ? [.update, .condition] : [.condition])
        try members.checkValues()
        if operation != .update, let values, values != .allOld && values != .none {
            throw TableError.validation("ReturnValues can only be ALL_OLD or NONE")
        }
        if operation == .put, members.item?[""] != nil { throw TableError.validation(AttributeName.empty) }
        if let item = members.item, operation == .put, item.sizeBytes > ItemSize.maximumBytes {
            throw TableError.validation("Item size has exceeded the maximum allowed size")
        }

        var binding = try members.binding()
        var update: Update?
        if operation == .update, let text = members.expressions[.update] { update = try Update(text, &binding) }
        let condition = try members.condition(.condition, &binding)
        try binding.checkAllUsed()

        self.tableName = tableName
        let key = members.key ?? [:]
        self.change =
            switch operation {
            case .put: .put(members.item ?? [:])
            case .update: .update(key: key, update)
            case .delete: .delete(key: key)
            case .check: .check(key: key)
            }
        self.condition = condition
        self.returnValues = values ?? .none
        self.returnValuesOnFailure = failure ?? .none
        self.returnConsumedCapacity = capacity ?? .none
        self.returnItemCollectionMetrics = metrics ?? .none
    }
}

extension GetRequest {
    /// Reads the body of a request.
    ///
    /// - Throws: the refusal in the service's words.
    package init(_ body: UnsafeRawBufferPointer) throws(TableError) {
        self = try RequestBody.read(body) { json throws(TableError) in
            var members = RequestMembers()
            try members.read(&json)
            return try GetRequest(members)
        }
    }

    /// - Parameter path: where the members are in a request with several, for its refusal.
    init(_ members: RequestMembers, at path: String = "") throws(TableError) {
        var faults = ConstraintFaults(at: path)
        let capacity = faults.word(
            members.returnConsumedCapacity, "returnConsumedCapacity", as: ReturnConsumedCapacity.self)
        faults.tableName(members.tableName)
        faults.require(members.key != nil, "key")
        try faults.check()
        guard let tableName = members.tableName, let key = members.key else { preconditionFailure("checked above") }
        try members.checkLegacy("GetItem")
        try members.checkExpressionUse(valuesIn: [.projection])
        try members.checkValues()
        var binding = try members.binding()
        let projection = try members.projection(&binding)
        try binding.checkAllUsed()

        self.tableName = tableName
        self.key = key
        self.projection = projection
        self.isConsistent = members.isConsistent ?? false
        self.returnConsumedCapacity = capacity ?? .none
    }
}

/// Reads whole bodies of requests.
enum RequestBody {
    /// Hands over the members of the object that a body is, after its `{`; whatever follows the object is refused.
    static func read<Value>(
        _ body: UnsafeRawBufferPointer, _ read: (inout JSONReader) throws(TableError) -> Value
    ) throws(TableError) -> Value {
        var json = JSONReader(body)
        guard try json.peek() == .object else { throw JSONReader.malformed }
        json.beginObject()
        let value: Value
        do throws(TableError) {
            value = try read(&json)
        } catch {
            // A body that is no JSON at all is refused as such, whatever its beginning breaks.
            if error.code != .serialization { try Self.checkWhole(body) }
            throw error
        }
        try json.end()
        return value
    }

    private static func checkWhole(_ body: UnsafeRawBufferPointer) throws(TableError) {
        var json = JSONReader(body)
        try json.skip()
        try json.end()
    }
}

/// The members of a request on items, as they are in its JSON; what an operation does not know it leaves alone.
///
/// One reader for all of these operations: the same names mean the same everywhere.
struct RequestMembers {
    var tableName: String?
    var indexName: String?
    var item: AttributeMap?
    var key: AttributeMap?
    var exclusiveStartKey: AttributeMap?
    /// What is wrong with the values of the item or key, and with those of the starting key.
    var valueFault: String?
    var startKeyFault: String?
    var expressions: [ExpressionKind: String] = [:]
    var names: [(key: ByteText, name: ByteText)]?
    var values: AttributeMap?
    /// What is wrong with a value of an expression, and which.
    var expressionValueFault: (key: ByteText, message: String)?
    /// Parameters from before there were expressions, in the order of the request.
    var legacy: [String] = []
    var returnValues: String?
    var returnValuesOnFailure: String?
    var returnConsumedCapacity: String?
    var returnItemCollectionMetrics: String?
    var select: String?
    var isConsistent: Bool?
    var isForward: Bool?
    var limit: Int?
    var segment: Int?
    var totalSegments: Int?

    /// Parameters that expressions have replaced.
    private static let legacyNames: Set<String> = [
        "AttributesToGet", "AttributeUpdates", "ConditionalOperator", "Expected", "KeyConditions", "QueryFilter",
        "ScanFilter",
    ]

    /// Reads the members of a structure whose `{` has been read.
    mutating func read(_ json: inout JSONReader) throws(TableError) {
        while let key = try json.nextKey() {
            if try json.takeNull() { continue }
            try self.read(key.string, &json)
        }
    }

    /// Reads one member; leaves unknown ones alone.
    mutating func read(_ name: String, _ json: inout JSONReader) throws(TableError) {
        if let kind = ExpressionKind(rawValue: name) {
            self.expressions[kind] = try json.text()
            return
        }
        switch name {
        case "TableName": self.tableName = try json.text()
        case "IndexName": self.indexName = try json.text()
        case "Item": self.item = try self.values(&json, fault: \.valueFault)
        case "Key": self.key = try self.values(&json, fault: \.valueFault)
        case "ExclusiveStartKey": self.exclusiveStartKey = try self.values(&json, fault: \.startKeyFault)
        case "ExpressionAttributeNames": self.names = try Self.names(&json)
        case "ExpressionAttributeValues": try self.readExpressionValues(&json)
        case "ReturnValues": self.returnValues = try json.text()
        case "ReturnValuesOnConditionCheckFailure": self.returnValuesOnFailure = try json.text()
        case "ReturnConsumedCapacity": self.returnConsumedCapacity = try json.text()
        case "ReturnItemCollectionMetrics": self.returnItemCollectionMetrics = try json.text()
        case "Select": self.select = try json.text()
        case "ConsistentRead": self.isConsistent = try json.boolean()
        case "ScanIndexForward": self.isForward = try json.boolean()
        case "Limit": self.limit = try json.integer("Integer")
        case "Segment": self.segment = try json.integer("Integer")
        case "TotalSegments": self.totalSegments = try json.integer("Integer")
        default:
            if Self.legacyNames.contains(name) { self.legacy.append(name) }
            try json.skip()
        }
    }

    private mutating func values(
        _ json: inout JSONReader, fault: WritableKeyPath<RequestMembers, String?>
    ) throws(TableError) -> AttributeMap {
        var reader = ValueReader()
        let map = try reader.map(&json)
        self[keyPath: fault] = reader.fault
        return map
    }

    private static func names(_ json: inout JSONReader) throws(TableError) -> [(key: ByteText, name: ByteText)] {
        try json.beginMap(of: "java.lang.String")
        var names: [(key: ByteText, name: ByteText)] = []
        while let key = try json.nextKey() { names.append((key, ByteText(try json.text()))) }
        return names
    }

    private mutating func readExpressionValues(_ json: inout JSONReader) throws(TableError) {
        try json.beginMap(of: "AttributeValue")
        var attributes: [AttributeMap.Attribute] = []
        while let key = try json.nextKey() {
            var reader = ValueReader()
            let value = try reader.element(&json)
            if let fault = reader.fault, self.expressionValueFault == nil { self.expressionValueFault = (key, fault) }
            attributes.append(.init(name: key, value: value))
        }
        self.values = AttributeMap(attributes)
    }
}

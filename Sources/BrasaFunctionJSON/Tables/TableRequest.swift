internal import BrasaFunction
internal import FoundationEssentials

/// The members that requests to tables have, each request its own few: names as the API spells them.
struct TableRequest: Encodable {
    var TableName: String?
    var IndexName: String?
    var Key: [String: Attribute]?
    var Item: [String: Attribute]?
    var ConditionExpression: String?
    var UpdateExpression: String?
    var KeyConditionExpression: String?
    var FilterExpression: String?
    var ExpressionAttributeNames: [String: String]?
    var ExpressionAttributeValues: [String: Attribute]?
    var ReturnValues: String?
    var ConsistentRead: Bool?
    var ScanIndexForward: Bool?
    var Limit: Int?
    var ExclusiveStartKey: [String: Attribute]?
    var ClientRequestToken: String?
    var TransactItems: [[String: TableRequest]]?

    /// Adds the placeholders its expressions use.
    mutating func take(_ placeholders: Placeholders) {
        if !placeholders.names.isEmpty { self.ExpressionAttributeNames = placeholders.names }
        if !placeholders.values.isEmpty { self.ExpressionAttributeValues = placeholders.values }
    }

    /// Asks for it.
    ///
    /// - Throws: ``ServiceError``.
    func perform(_ operation: String, _ context: Context) throws -> TableAnswer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let parameters = try encoder.encode(self)
        let answer = try context.call("dynamodb", operation, parameters: Array(parameters))
        return try JSONDecoder().decode(TableAnswer.self, from: Data(answer.result))
    }
}

/// The members that answers have.
struct TableAnswer: Decodable {
    var Item: [String: Attribute]?
    var Attributes: [String: Attribute]?
    var Items: [[String: Attribute]]?
    var LastEvaluatedKey: [String: Attribute]?
}

/// The parameters of requests that hold an expression.
package enum ExpressionKind: String, Sendable, Hashable {
    case condition = "ConditionExpression"
    case filter = "FilterExpression"
    case keyCondition = "KeyConditionExpression"
    case projection = "ProjectionExpression"
    case update = "UpdateExpression"

    /// Most bytes of an expression.
    package static let maximumBytes = 4_096
    /// Most operators of an expression; parentheses and functions do not count.
    package static let maximumOperators = 300

    /// The refusal of an expression of this kind.
    func invalid(_ message: String) -> TableError {
        .validation("Invalid \(self.rawValue): \(message)")
    }
}

extension Condition {
    /// The condition that `text` is in a request with these names and values.
    ///
    /// - Throws: the refusal in the service's words.
    package init(
        _ text: String, kind: ExpressionKind = .condition, _ binding: inout ExpressionBinding
    ) throws(TableError) {
        self = try ConditionBinder.bind(text, kind: kind, &binding)
    }
}

extension Update {
    /// The update that `text` is in a request with these names and values.
    ///
    /// - Throws: the refusal in the service's words.
    package init(_ text: String, _ binding: inout ExpressionBinding) throws(TableError) {
        self = try UpdateBinder.bind(text, &binding)
    }
}

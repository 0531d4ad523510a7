extension RequestMembers {
    /// Refuses parameters from before there were expressions.
    ///
    /// Beside an expression the service refuses them too, in these words; alone it would take them, and this one does not.
    func checkLegacy(_ operation: String) throws(TableError) {
        guard !self.legacy.isEmpty else { return }
        guard self.expressions.isEmpty else {
            throw TableError.validation(
                "Can not use both expression and non-expression parameters in the same request: "
                    + "Non-expression parameters: {\(self.legacy.sorted().joined(separator: ", "))} "
                    + "Expression parameters: {\(self.expressionNames)}")
        }
        throw TableError.validation(
            "The legacy parameters {\(self.legacy.sorted().joined(separator: ", "))} of \(operation) are not supported; "
                + "use expression parameters (ConditionExpression, UpdateExpression, KeyConditionExpression, "
                + "FilterExpression, ProjectionExpression) instead.")
    }

    private var expressionNames: String {
        [ExpressionKind.projection, .filter, .keyCondition, .update, .condition].filter { self.expressions[$0] != nil }
            .map(\.rawValue).joined(separator: ", ")
    }

    /// Names and values without an expression have no use.
    func checkExpressionUse(valuesIn kinds: [ExpressionKind]) throws(TableError) {
        if self.names != nil && self.expressions.isEmpty {
            throw TableError.validation("ExpressionAttributeNames can only be specified when using expressions")
        }
        if self.values != nil && kinds.allSatisfy({ self.expressions[$0] == nil }) {
            let list = kinds.map(\.rawValue).joined(separator: " and ")
            throw TableError.validation(
                "ExpressionAttributeValues can only be specified when using expressions: "
                    + "\(list) \(kinds.count > 1 ? "are" : "is") null")
        }
    }

    /// The names and values of the request, checked.
    func binding() throws(TableError) -> ExpressionBinding {
        if let names = self.names { try self.check(names) }
        if let values = self.values {
            try Self.check(values.attributes.map(\.name), "ExpressionAttributeValues", sign: UInt8(ascii: ":"))
            if let (key, message) = self.expressionValueFault {
                throw TableError.validation(
                    "ExpressionAttributeValues contains invalid value: \(message) for key \(key)")
            }
        }
        return ExpressionBinding(
            names: Dictionary(self.names ?? [], uniquingKeysWith: { $1 }), values: self.values ?? [:])
    }

    private func check(_ names: [(key: ByteText, name: ByteText)]) throws(TableError) {
        try Self.check(names.map(\.key), "ExpressionAttributeNames", sign: UInt8(ascii: "#"))
        for (key, name) in names {
            guard name.byteCount > 0 else {
                throw TableError.validation(
                    "ExpressionAttributeNames contains invalid value: Empty attribute name for key \(key)")
            }
            guard name.byteCount <= AttributeName.maximumBytes else {
                throw TableError.validation(AttributeName.tooLong)
            }
        }
    }

    private static func check(_ keys: [ByteText], _ parameter: String, sign: UInt8) throws(TableError) {
        guard !keys.isEmpty else { throw TableError.validation("\(parameter) must not be empty") }
        for key in keys {
            let bytes = Array(key.string.utf8)
            let isReference = bytes.first == sign && bytes.count > 1 && bytes.dropFirst().allSatisfy(Self.isPart)
            guard isReference else {
                throw TableError.validation("\(parameter) contains invalid key: Syntax error; key: \"\(key)\"")
            }
        }
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Refuses a value of the item or key that is none.
    func checkValues() throws(TableError) {
        if let fault = self.valueFault { throw TableError.validation(fault) }
    }

    /// The condition of the request, if it has one.
    func condition(_ kind: ExpressionKind, _ binding: inout ExpressionBinding) throws(TableError) -> Condition? {
        guard let text = self.expressions[kind] else { return nil }
        return try Condition(text, kind: kind, &binding)
    }

    /// The projection of the request, if it has one.
    func projection(_ binding: inout ExpressionBinding) throws(TableError) -> Projection? {
        guard let text = self.expressions[.projection] else { return nil }
        return try Projection(text, &binding)
    }
}

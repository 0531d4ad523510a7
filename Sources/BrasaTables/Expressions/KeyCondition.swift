/// What a query asks of the keys of items: one condition on the partition key, and at most one on the sort key.
package struct KeyCondition: Sendable, Hashable {
    /// What is asked of one key attribute.
    package enum Predicate: Sendable, Hashable {
        case equal(AttributeValue)
        case less(AttributeValue)
        case lessOrEqual(AttributeValue)
        case greater(AttributeValue)
        case greaterOrEqual(AttributeValue)
        case between(AttributeValue, AttributeValue)
        case beginsWith(AttributeValue)

        /// The values that a key is compared with.
        package var values: [AttributeValue] {
            switch self {
            case .equal(let value), .less(let value), .lessOrEqual(let value), .greater(let value),
                .greaterOrEqual(let value), .beginsWith(let value):
                [value]
            case .between(let lower, let upper): [lower, upper]
            }
        }

        /// Whether the value of a key is one of those that are asked for.
        package func holds(for key: AttributeValue) -> Bool {
            let operand = Operand.value(key)
            let condition: Condition =
                switch self {
                case .equal(let value): .comparison(.equal, operand, .value(value))
                case .less(let value): .comparison(.less, operand, .value(value))
                case .lessOrEqual(let value): .comparison(.lessOrEqual, operand, .value(value))
                case .greater(let value): .comparison(.greater, operand, .value(value))
                case .greaterOrEqual(let value): .comparison(.greaterOrEqual, operand, .value(value))
                case .between(let lower, let upper): .between(operand, lower: .value(lower), upper: .value(upper))
                case .beginsWith(let value): .beginsWith(operand, .value(value))
                }
            return condition.holds(for: [:])
        }
    }

    /// Which attribute has to be what.
    package private(set) var predicates: [ByteText: Predicate] = [:]

    /// The key condition that `text` is in a request with these names and values.
    package init(_ text: String, _ binding: inout ExpressionBinding) throws(TableError) {
        try self.add(try ConditionBinder.bind(text, kind: .keyCondition, &binding))
    }

    /// What may stand in a condition comes from its own language; of that, less may stand in one on keys.
    ///
    /// - Throws: the refusal of a condition that asks for more than keys can answer.
    package init(_ condition: Condition) throws(TableError) {
        try self.add(condition)
    }

    private mutating func add(_ condition: Condition) throws(TableError) {
        switch condition {
        case .and(let left, let right):
            try self.add(left)
            try self.add(right)
        case .or: throw Self.invalidOperator("OR")
        case .not: throw Self.invalidOperator("NOT")
        case .in: throw Self.invalidOperator("IN")
        case .exists: throw Self.invalidOperator("attribute_exists")
        case .notExists: throw Self.invalidOperator("attribute_not_exists")
        case .type: throw Self.invalidOperator("attribute_type")
        case .contains: throw Self.invalidOperator("contains")
        case .comparison(let comparator, let left, let right):
            guard comparator != .notEqual else { throw Self.invalidOperator("<>") }
            let (name, isFirst, values) = try Self.operands([left, right])
            try self.add(name, Self.predicate(isFirst ? comparator : comparator.mirrored, values[0]))
        case .between(let operand, let lower, let upper):
            guard case .path = operand else { throw Self.needsKeyFirst("BETWEEN") }
            let (name, _, values) = try Self.operands([operand, lower, upper])
            try self.add(name, .between(values[0], values[1]))
        case .beginsWith(let operand, let prefix):
            guard case .path = operand else { throw Self.needsKeyFirst("begins_with") }
            let (name, _, values) = try Self.operands([operand, prefix])
            try self.add(name, .beginsWith(values[0]))
        }
    }

    private mutating func add(_ name: ByteText, _ predicate: Predicate) throws(TableError) {
        guard self.predicates.updateValue(predicate, forKey: name) == nil else {
            throw TableError.validation("KeyConditionExpressions must only contain one condition per key")
        }
    }

    private static func predicate(_ comparator: Comparator, _ value: AttributeValue) -> Predicate {
        switch comparator {
        case .equal, .notEqual: .equal(value)
        case .less: .less(value)
        case .lessOrEqual: .lessOrEqual(value)
        case .greater: .greater(value)
        case .greaterOrEqual: .greaterOrEqual(value)
        }
    }

    /// The attribute among the operands, whether it is the first of them, and the values beside it.
    private static func operands(
        _ operands: [Operand]
    ) throws(TableError) -> (name: ByteText, isFirst: Bool, values: [AttributeValue]) {
        var found: (name: ByteText, index: Int)?
        var values: [AttributeValue] = []
        for (index, operand) in operands.enumerated() {
            switch operand {
            case .path(let path):
                guard found == nil else {
                    throw TableError.validation(
                        "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition")
                }
                guard path.inner.isEmpty else {
                    throw TableError.validation(
                        "KeyConditionExpressions cannot have conditions on nested attributes")
                }
                found = (path.attribute, index)
            case .size: throw TableError.validation("KeyConditionExpressions cannot contain nested operations")
            case .value(let value): values.append(value)
            }
        }
        guard let found else {
            throw TableError.validation(
                "Invalid condition in KeyConditionExpression: No key attribute specified")
        }
        return (found.name, found.index == 0, values)
    }

    private static func invalidOperator(_ name: String) -> TableError {
        .validation("Invalid operator used in KeyConditionExpression: \(name)")
    }

    private static func needsKeyFirst(_ name: String) -> TableError {
        .validation(
            "Invalid condition in KeyConditionExpression: \(name) operator must have the key attribute as its first operand"
        )
    }
}

extension Comparator {
    /// The operator that says the same with the operands exchanged.
    var mirrored: Comparator {
        switch self {
        case .equal, .notEqual: self
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        }
    }
}

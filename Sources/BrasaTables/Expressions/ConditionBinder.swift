/// Puts names and values into a condition, and finds what the service refuses in one that follows the syntax.
///
/// The service looks for one kind of fault in the whole expression before it looks for the next: parentheses, unknown
/// functions, misused functions, reserved words; then it goes from one simple condition to the next.
struct ConditionBinder {
    private var binding: ExpressionBinding
    /// The first fault of each kind.
    private var unknownFunction: ExpressionFault?
    private var misusedFunction: ExpressionFault?
    private var paths: [PathSyntax] = []
    /// The first fault of the first simple condition that has one.
    private var fault: ExpressionFault?

    /// The condition that `text` is in a request with these names and values.
    static func bind(
        _ text: String, kind: ExpressionKind, _ binding: inout ExpressionBinding
    ) throws(TableError) -> Condition {
        let (syntax, hasRedundantParentheses) = try ConditionParser.parse(text, kind: kind)
        guard !hasRedundantParentheses else { throw kind.invalid("The expression has redundant parentheses;") }
        var binder = ConditionBinder(binding: binding)
        let condition = binder.condition(syntax)
        let fault =
            binder.unknownFunction ?? binder.misusedFunction ?? ExpressionFault.reserved(in: binder.paths)
            ?? binder.fault
        if let fault { throw kind.invalid(fault.message) }
        binding = binder.binding
        return condition
    }

    private init(binding: ExpressionBinding) {
        self.binding = binding
    }

    private mutating func condition(_ syntax: ConditionSyntax) -> Condition {
        switch syntax {
        case .and(let left, let right):
            let first = self.condition(left)
            return .and(first, self.condition(right))
        case .or(let left, let right):
            let first = self.condition(left)
            return .or(first, self.condition(right))
        case .not(let condition): return .not(self.condition(condition))
        default:
            self.collect(syntax)
            do throws(ExpressionFault) {
                return try self.simple(syntax)
            } catch {
                if self.fault == nil { self.fault = error }
                // Never evaluated: the expression is refused.
                return .notExists(DocumentPath(""))
            }
        }
    }

    // MARK: - What is looked for in the whole expression

    private static let operandCounts = [
        "attribute_exists": 1, "attribute_not_exists": 1, "attribute_type": 2, "begins_with": 2, "contains": 2,
        "size": 1,
    ]
    /// Functions of updates are known here too, and allowed nowhere.
    private static let updateFunctions: Set<String> = ["if_not_exists", "list_append"]

    private mutating func collect(_ syntax: ConditionSyntax) {
        switch syntax {
        case .comparison(_, let left, let right): self.collect([left, right])
        case .between(let operand, let lower, let upper): self.collect([operand, lower, upper])
        case .in(let operand, let candidates): self.collect([operand] + candidates)
        case .function(let function):
            self.collect(function, isCondition: true)
        case .and, .or, .not: break
        }
    }

    private mutating func collect(_ operands: [OperandSyntax]) {
        for operand in operands {
            switch operand {
            case .path(let path): self.paths.append(path)
            case .function(let function): self.collect(function, isCondition: false)
            case .value: break
            }
        }
    }

    private mutating func collect(_ function: FunctionSyntax, isCondition: Bool) {
        self.collect(function.operands)
        let isKnown = Self.operandCounts[function.name] != nil
        if !isKnown && !Self.updateFunctions.contains(function.name) {
            self.unknownFunction =
                self.unknownFunction ?? ExpressionFault(.unknownFunction, FunctionFault.unknown(function.name))
        } else if !isKnown || isCondition == (function.name == "size") {
            self.misusedFunction =
                self.misusedFunction ?? ExpressionFault(.misusedFunction, FunctionFault.misused(function.name))
        }
    }

    // MARK: - What is looked for in one simple condition

    private mutating func simple(_ syntax: ConditionSyntax) throws(ExpressionFault) -> Condition {
        switch syntax {
        case .comparison(let comparator, let left, let right):
            let operands = try self.operands([left, right])
            try Self.checkDistinct(comparator.rawValue, operands)
            if comparator != .equal && comparator != .notEqual { try Self.checkOrdered(comparator.rawValue, operands) }
            return .comparison(comparator, operands[0], operands[1])
        case .between(let operand, let lower, let upper):
            let operands = try self.operands([operand, lower, upper])
            try Self.checkBounds(operands[1], operands[2])
            try Self.checkOrdered("BETWEEN", operands)
            return .between(operands[0], lower: operands[1], upper: operands[2])
        case .in(let operand, let candidates):
            // The operand itself is one of the hundred.
            guard candidates.count < Self.maximumOperands else {
                throw ExpressionFault(.operandCount, FunctionFault.count("IN", candidates.count + 1))
            }
            let operands = try self.operands([operand] + candidates)
            return .in(operands[0], Array(operands.dropFirst()))
        case .function(let function): return try self.function(function)
        case .and, .or, .not: preconditionFailure("not a simple condition")
        }
    }

    private static let maximumOperands = 100

    private mutating func operands(_ syntax: [OperandSyntax]) throws(ExpressionFault) -> [Operand] {
        var operands: [Operand] = []
        var fault: ExpressionFault?
        for operand in syntax {
            do throws(ExpressionFault) {
                operands.append(try self.operand(operand))
            } catch  where error.kind == .operandCount || error.kind == .operandType {
                // Names and values of the condition come first.
                fault = fault ?? error
                operands.append(.value(.null))
            }
        }
        if let fault { throw fault }
        return operands
    }

    private mutating func operand(_ syntax: OperandSyntax) throws(ExpressionFault) -> Operand {
        switch syntax {
        case .path(let path): return .path(try self.binding.path(path))
        case .value(let reference): return .value(try self.binding.value(reference))
        case .function(let function):
            let operands = try self.operands(function.operands)
            // Others are refused for the whole expression.
            guard function.name == "size" else { return .value(.null) }
            try Self.checkCount(function)
            if let type = operands[0].knownType, [.number, .bool, .null].contains(type) {
                throw ExpressionFault(.operandType, FunctionFault.type("size", type.rawValue))
            }
            return .size(operands[0])
        }
    }

    private mutating func function(_ function: FunctionSyntax) throws(ExpressionFault) -> Condition {
        let operands = try self.operands(function.operands)
        // Others are refused for the whole expression.
        guard Self.operandCounts[function.name] != nil, function.name != "size" else {
            return .notExists(DocumentPath(""))
        }
        try Self.checkCount(function)
        try Self.checkDistinct(function.name, operands)
        switch function.name {
        case "attribute_exists": return .exists(try Self.path(operands[0], of: function.name))
        case "attribute_not_exists": return .notExists(try Self.path(operands[0], of: function.name))
        case "attribute_type": return .type(operands[0], try Self.type(operands[1]))
        case "begins_with":
            for operand in operands {
                guard let type = operand.knownType, type != .string && type != .binary else { continue }
                throw ExpressionFault(.operandType, FunctionFault.type(function.name, type.rawValue))
            }
            return .beginsWith(operands[0], operands[1])
        default: return .contains(operands[0], operands[1])
        }
    }

    private static func checkCount(_ function: FunctionSyntax) throws(ExpressionFault) {
        guard function.operands.count == self.operandCounts[function.name] else {
            throw ExpressionFault(.operandCount, FunctionFault.count(function.name, function.operands.count))
        }
    }

    private static func path(_ operand: Operand, of function: String) throws(ExpressionFault) -> DocumentPath {
        guard case .path(let path) = operand else { throw ExpressionFault(.operandType, FunctionFault.path(function)) }
        return path
    }

    private static func type(_ operand: Operand) throws(ExpressionFault) -> AttributeType {
        let name = "attribute_type"
        guard case .value(let value) = operand, case .string(let text) = value else {
            // The order in which the service lists the types for a path is its own.
            let type = operand.knownType?.rawValue ?? "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"
            throw ExpressionFault(.operandType, FunctionFault.type(name, type))
        }
        guard let type = AttributeType(rawValue: text.string) else {
            throw ExpressionFault(
                .operandType,
                "Invalid attribute type name found; type: \(text), valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}")
        }
        return type
    }

    private static func checkDistinct(_ name: String, _ operands: [Operand]) throws(ExpressionFault) {
        guard operands.count == 2, case .path(let path) = operands[0], operands[0] == operands[1] else { return }
        throw ExpressionFault(
            .distinct,
            "The first operand must be distinct from the remaining operands for this operator or function; "
                + "operator: \(name), first operand: \(path)")
    }

    private static func checkOrdered(_ name: String, _ operands: [Operand]) throws(ExpressionFault) {
        for operand in operands {
            guard let type = operand.knownType, ![.string, .number, .binary].contains(type) else { continue }
            throw ExpressionFault(.operandType, FunctionFault.type(name, type.rawValue))
        }
    }

    private static func checkBounds(_ lower: Operand, _ upper: Operand) throws(ExpressionFault) {
        guard case .value(let lower) = lower, case .value(let upper) = upper else { return }
        let bounds = "lower bound operand: \(lower.shownInMessages), upper bound operand: \(upper.shownInMessages)"
        guard lower.type == upper.type else {
            throw ExpressionFault(
                .operandType, "The BETWEEN operator requires same data type for lower and upper bounds; \(bounds)")
        }
        guard upper.precedes(lower) != true else {
            throw ExpressionFault(
                .operandType,
                "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; \(bounds)")
        }
    }
}

extension AttributeValue {
    /// As messages show a value: `AttributeValue: {S:text}`.
    var shownInMessages: String { "AttributeValue: {\(self.type.rawValue):\(self.shownContent)}" }

    private var shownContent: String {
        switch self {
        case .string(let text): text.string
        case .number(let number): number.text
        case .binary(let bytes): JSONText.base64(bytes)
        case .bool(let bool): "\(bool)"
        case .null: "true"
        case .stringSet(let texts): "[\(texts.map(\.string).joined(separator: ", "))]"
        case .numberSet(let numbers): "[\(numbers.map(\.text).joined(separator: ", "))]"
        case .binarySet(let values): "[\(values.map(JSONText.base64).joined(separator: ", "))]"
        case .list(let values): "[\(values.map(\.shownContent).joined(separator: ", "))]"
        case .map(let map):
            "{\(map.attributes.map { "\($0.name)=\($0.value.shownInMessages)" }.joined(separator: ", "))}"
        }
    }
}

/// Reads the language of ConditionExpression, FilterExpression and KeyConditionExpression.
///
/// Operators wait on a stack until one that binds less comes, so that no nesting of parentheses or NOT takes space on the
/// thread's stack.
struct ConditionParser {
    /// What waits for its right side.
    private enum Waiting {
        case parenthesis, not, and, or

        /// Who binds more comes first.
        var strength: Int {
            switch self {
            case .parenthesis: 0
            case .or: 1
            case .and: 2
            case .not: 3
            }
        }
    }

    /// What has been read: an operand until an operator makes a condition of it.
    private enum Piece {
        case operand(OperandSyntax)
        case condition(ConditionSyntax)
    }

    private var operands: OperandParser
    private var waiting: [Waiting] = []
    private var conditions: [ConditionSyntax] = []
    private var operatorCount = 0

    /// The condition that `text` is, and whether it has a pair of parentheses directly inside another one.
    static func parse(
        _ text: String, kind: ExpressionKind
    ) throws(TableError) -> (condition: ConditionSyntax, hasRedundantParentheses: Bool) {
        var parser = ConditionParser(operands: OperandParser(try TokenReader(text, kind: kind)))
        let condition = try parser.run()
        return (condition, parser.operands.hasRedundantParentheses)
    }

    private init(operands: OperandParser) {
        self.operands = operands
    }

    private var reader: TokenReader {
        get { self.operands.reader }
        _modify { yield &self.operands.reader }
    }

    private mutating func run() throws(TableError) -> ConditionSyntax {
        while true {
            self.openings()
            let piece = try self.closings(.operand(try self.operands.bareOperand()))
            guard let condition = try self.condition(piece) else { throw self.reader.syntaxError }
            self.conditions.append(condition)
            if self.reader.take(keyword: "AND") {
                self.wait(.and)
            } else if self.reader.take(keyword: "OR") {
                self.wait(.or)
            } else {
                break
            }
        }
        guard self.reader.next.kind == .end, !self.waiting.contains(.parenthesis) else { throw self.reader.syntaxError }
        self.reduce(above: 0)
        guard self.operatorCount <= ExpressionKind.maximumOperators else {
            throw self.reader.kind.invalid(
                "The expression contains too many operators; operator count: \(ExpressionKind.maximumOperators + 1)")
        }
        return self.conditions[0]
    }

    private mutating func openings() {
        while true {
            if self.reader.take(sign: "(") {
                self.waiting.append(.parenthesis)
            } else if self.reader.take(keyword: "NOT") {
                self.operatorCount += 1
                self.waiting.append(.not)
            } else {
                return
            }
        }
    }

    /// Reads what makes a condition of an operand, and the parentheses that end after either.
    private mutating func closings(_ first: Piece) throws(TableError) -> Piece {
        var piece = first
        // Whether the piece is just what the last parentheses held.
        var isEnclosed = false
        while true {
            if case .operand(let operand) = piece, let condition = try self.comparison(operand) {
                piece = .condition(condition)
                isEnclosed = false
            }
            guard self.waiting.contains(.parenthesis), self.reader.next.isSign(")") else { return piece }
            if self.waiting.last == .parenthesis {
                // Nothing but the piece is inside.
                if isEnclosed { self.operands.hasRedundantParentheses = true }
                self.reader.take()
                self.waiting.removeLast()
                if case .operand(var operand) = piece {
                    try self.operands.continuePath(&operand)
                    piece = .operand(operand)
                }
            } else {
                guard let condition = try self.condition(piece) else { throw self.reader.syntaxError }
                self.conditions.append(condition)
                self.reduce(above: 0)
                self.reader.take()
                self.waiting.removeLast()
                piece = .condition(self.conditions.removeLast())
            }
            isEnclosed = true
        }
    }

    /// A piece as a condition; nil for operands that are none by themselves.
    private func condition(_ piece: Piece) throws(TableError) -> ConditionSyntax? {
        switch piece {
        case .condition(let condition): condition
        case .operand(.function(let function)): .function(function)
        case .operand: nil
        }
    }

    private mutating func comparison(_ left: OperandSyntax) throws(TableError) -> ConditionSyntax? {
        let token = self.reader.next
        if token.kind == .sign, let comparator = Comparator(rawValue: token.text) {
            self.reader.take()
            self.operatorCount += 1
            return .comparison(comparator, left, try self.operands.operand())
        }
        if self.reader.take(keyword: "BETWEEN") {
            self.operatorCount += 1
            let lower = try self.operands.operand()
            try self.reader.expect(keyword: "AND")
            return .between(left, lower: lower, upper: try self.operands.operand())
        }
        if self.reader.take(keyword: "IN") {
            self.operatorCount += 1
            try self.reader.expect(sign: "(")
            return .in(left, try self.operands.operands())
        }
        return nil
    }

    private mutating func wait(_ next: Waiting) {
        self.operatorCount += 1
        self.reduce(above: next.strength)
        self.waiting.append(next)
    }

    /// Applies the operators back to the last parenthesis that bind at least as much.
    private mutating func reduce(above strength: Int) {
        while let last = self.waiting.last, last != .parenthesis, last.strength >= strength {
            self.waiting.removeLast()
            let right = self.conditions.removeLast()
            switch last {
            case .not: self.conditions.append(.not(right))
            case .and: self.conditions.append(.and(self.conditions.removeLast(), right))
            case .or: self.conditions.append(.or(self.conditions.removeLast(), right))
            case .parenthesis: break
            }
        }
    }
}

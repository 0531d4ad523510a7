/// An update as it is written.
struct UpdateSyntax: Hashable {
    /// One of its clauses.
    struct Section: Hashable {
        let keyword: UpdateKeyword
        let actions: [Action]
    }

    /// What is done to one path.
    enum Action: Hashable {
        case set(PathSyntax, UpdateValueSyntax)
        case remove(PathSyntax)
        /// The value is named with its sign.
        case add(PathSyntax, value: String)
        /// The value is named with its sign.
        case delete(PathSyntax, value: String)
    }

    let sections: [Section]
}

/// What the clauses of updates begin with.
package enum UpdateKeyword: String, Sendable, Hashable, CaseIterable {
    case set = "SET"
    case remove = "REMOVE"
    case add = "ADD"
    case delete = "DELETE"
}

/// What SET gives a path.
enum UpdateValueSyntax: Hashable {
    case operand(OperandSyntax)
    case sum(OperandSyntax, OperandSyntax)
    case difference(OperandSyntax, OperandSyntax)
}

/// Reads the language of UpdateExpression.
struct UpdateParser {
    private var operands: OperandParser
    private var operatorCount = 0

    /// The update that `text` is.
    static func parse(_ text: String) throws(TableError) -> UpdateSyntax {
        var parser = UpdateParser(operands: OperandParser(try TokenReader(text, kind: .update)))
        return try parser.run()
    }

    private init(operands: OperandParser) {
        self.operands = operands
    }

    private mutating func run() throws(TableError) -> UpdateSyntax {
        var sections: [UpdateSyntax.Section] = []
        repeat {
            guard
                let keyword = UpdateKeyword.allCases.first(where: { self.operands.reader.next.isKeyword($0.rawValue) })
            else { throw self.operands.reader.syntaxError }
            self.operands.reader.take()
            var actions: [UpdateSyntax.Action] = []
            repeat { actions.append(try self.action(keyword)) } while self.operands.reader.take(sign: ",")
            sections.append(UpdateSyntax.Section(keyword: keyword, actions: actions))
        } while self.operands.reader.next.kind != .end
        guard self.operatorCount <= ExpressionKind.maximumOperators else {
            throw ExpressionKind.update.invalid(
                "The expression contains too many operators; operator count: \(ExpressionKind.maximumOperators + 1)")
        }
        return UpdateSyntax(sections: sections)
    }

    private mutating func action(_ keyword: UpdateKeyword) throws(TableError) -> UpdateSyntax.Action {
        let path = try self.operands.reader.path()
        self.operatorCount += 1
        switch keyword {
        case .set:
            try self.operands.reader.expect(sign: "=")
            return .set(path, try self.value())
        case .remove: return .remove(path)
        case .add: return .add(path, value: try self.valueReference())
        case .delete: return .delete(path, value: try self.valueReference())
        }
    }

    private mutating func valueReference() throws(TableError) -> String {
        guard self.operands.reader.next.kind == .valueReference else { throw self.operands.reader.syntaxError }
        return self.operands.reader.take().text
    }

    /// Reads an operand, a sum or a difference, with or without parentheses around it.
    private mutating func value() throws(TableError) -> UpdateValueSyntax {
        // `(a) + b` or `(a + b)`: only what follows the operand tells what the parenthesis is around.
        guard self.operands.reader.next.isSign("(") else { return try self.sum(try self.operands.operand()) }
        self.operands.reader.take()
        let first = try self.operands.operand()
        if self.operands.reader.take(sign: ")") { return try self.sum(first) }
        let value = try self.sum(first)
        try self.operands.reader.expect(sign: ")")
        return value
    }

    private mutating func sum(_ first: OperandSyntax) throws(TableError) -> UpdateValueSyntax {
        if self.operands.reader.take(sign: "+") {
            self.operatorCount += 1
            return .sum(first, try self.operands.operand())
        }
        if self.operands.reader.take(sign: "-") {
            self.operatorCount += 1
            return .difference(first, try self.operands.operand())
        }
        return .operand(first)
    }
}

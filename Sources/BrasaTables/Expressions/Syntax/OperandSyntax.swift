/// What operators and functions work on, as it is written.
indirect enum OperandSyntax: Hashable {
    case path(PathSyntax)
    /// `:value`, with its sign.
    case value(String)
    case function(FunctionSyntax)
}

/// A call of a function, as it is written.
struct FunctionSyntax: Hashable {
    let name: String
    let operands: [OperandSyntax]
}

/// Reads operands; also notes parentheses that are there twice.
struct OperandParser {
    var reader: TokenReader
    /// Whether a pair of parentheses was found directly inside another one.
    var hasRedundantParentheses = false
    private var functionDepth = 0
    /// Functions inside each other that are read; no valid expression has more than three.
    private static let maximumFunctionDepth = 50

    init(_ reader: TokenReader) {
        self.reader = reader
    }

    /// Reads an operand with or without parentheses around it.
    mutating func operand() throws(TableError) -> OperandSyntax {
        var open = 0
        while self.reader.take(sign: "(") { open += 1 }
        if open > 1 { self.hasRedundantParentheses = true }
        var operand = try self.bareOperand()
        while open > 0 {
            try self.reader.expect(sign: ")")
            open -= 1
            try self.continuePath(&operand)
        }
        return operand
    }

    /// In conditions a path goes on after parentheses: `(a.b).c`.
    mutating func continuePath(_ operand: inout OperandSyntax) throws(TableError) {
        guard self.reader.kind != .update, case .path(var path) = operand else { return }
        try self.reader.steps(of: &path)
        operand = .path(path)
    }

    /// Reads an operand without parentheses around it.
    mutating func bareOperand() throws(TableError) -> OperandSyntax {
        let token = self.reader.next
        if token.kind == .valueReference {
            self.reader.take()
            return .value(token.text)
        }
        if token.kind == .word, self.reader.isName(token), self.reader.afterNext.isSign("(") {
            return .function(try self.function())
        }
        return .path(try self.reader.path())
    }

    private mutating func function() throws(TableError) -> FunctionSyntax {
        let name = self.reader.take().text
        self.functionDepth += 1
        defer { self.functionDepth -= 1 }
        // Whatever is inside, the expression is refused; so much of it need not be looked at first.
        guard self.functionDepth <= Self.maximumFunctionDepth else {
            throw self.reader.kind.invalid(FunctionFault.misused(name))
        }
        try self.reader.expect(sign: "(")
        let operands = try self.operands()
        return FunctionSyntax(name: name, operands: operands)
    }

    /// Reads operands up to the closing parenthesis; at least one.
    mutating func operands() throws(TableError) -> [OperandSyntax] {
        var operands: [OperandSyntax] = []
        repeat { operands.append(try self.operand()) } while self.reader.take(sign: ",")
        try self.reader.expect(sign: ")")
        return operands
    }
}

/// What the service says of functions and operators that are not used as they should be.
enum FunctionFault {
    static func unknown(_ name: String) -> String { "Invalid function name; function: \(name)" }

    static func misused(_ name: String) -> String {
        "The function is not allowed to be used this way in an expression; function: \(name)"
    }

    static func count(_ name: String, _ count: Int) -> String {
        "Incorrect number of operands for operator or function; operator or function: \(name), number of operands: \(count)"
    }

    static func type(_ name: String, _ type: String) -> String {
        "Incorrect operand type for operator or function; operator or function: \(name), operand type: \(type)"
    }

    static func path(_ name: String) -> String {
        "Operator or function requires a document path; operator or function: \(name)"
    }
}

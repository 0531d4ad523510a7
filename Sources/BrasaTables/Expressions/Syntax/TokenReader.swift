/// Goes through the tokens of one expression, and says where it breaks the syntax.
struct TokenReader {
    let kind: ExpressionKind
    private let text: String
    private let tokens: [ExpressionToken]
    private(set) var index = 0

    /// - Throws: when the expression is empty or too long, which the service looks at first.
    init(_ text: String, kind: ExpressionKind) throws(TableError) {
        guard !text.isEmpty else { throw kind.invalid("The expression can not be empty;") }
        let size = text.utf8.count
        guard size <= ExpressionKind.maximumBytes else {
            throw kind.invalid("Expression size has exceeded the maximum allowed size; expression size: \(size)")
        }
        self.kind = kind
        self.text = text
        self.tokens = ExpressionLexer.tokens(of: text)
    }

    /// The next token, which is not read yet.
    var next: ExpressionToken { self.tokens[self.index] }
    /// The token after the next one.
    var afterNext: ExpressionToken { self.tokens[min(self.index + 1, self.tokens.count - 1)] }

    /// Reads a token; the end can be read any number of times.
    @discardableResult
    mutating func take() -> ExpressionToken {
        let token = self.tokens[self.index]
        if token.kind != .end { self.index += 1 }
        return token
    }

    /// Reads a sign if it comes next.
    mutating func take(sign: String) -> Bool {
        guard self.next.isSign(sign) else { return false }
        self.take()
        return true
    }

    /// Reads a keyword if it comes next.
    mutating func take(keyword: String) -> Bool {
        guard self.next.isKeyword(keyword) else { return false }
        self.take()
        return true
    }

    /// Reads a sign that has to come next.
    mutating func expect(sign: String) throws(TableError) {
        guard self.take(sign: sign) else { throw self.syntaxError }
    }

    /// Reads a keyword that has to come next.
    mutating func expect(keyword: String) throws(TableError) {
        guard self.take(keyword: keyword) else { throw self.syntaxError }
    }

    /// The refusal of the next token, with the text from the one before to the one after it.
    var syntaxError: TableError {
        let token = self.next
        let start = self.index > 0 ? self.tokens[self.index - 1].start : token.start
        let near = Array(self.text.utf8)[start..<self.afterNext.end]
        return self.kind.invalid(
            "Syntax error; token: \"\(token.text)\", near: \"\(String(decoding: near, as: UTF8.self))\"")
    }
}

/// A word or sign of an expression.
struct ExpressionToken: Hashable {
    /// What the words and signs are.
    enum Kind: Hashable {
        /// A name, keyword or function: letters, digits and underscores.
        case word
        /// `#name`.
        case nameReference
        /// `:value`.
        case valueReference
        /// Digits.
        case integer
        /// `=`, `<>`, `(` and the like; also a character that stands nowhere in expressions.
        case sign
        /// After the last one.
        case end
    }

    let kind: Kind
    let text: String
    /// Where it begins and ends, in bytes.
    let start: Int
    let end: Int

    /// Whether this is a keyword, in whatever case it is written.
    func isKeyword(_ keyword: String) -> Bool {
        self.kind == .word && self.text.utf8.count == keyword.utf8.count && self.text.uppercased() == keyword
    }

    /// Whether this is a sign.
    func isSign(_ sign: String) -> Bool {
        self.kind == .sign && self.text == sign
    }
}

/// A text with variables in it, taken apart: `${opt:stage, self:provider.stage, 'dev'}-users`.
///
/// Grammar, that of the Serverless Framework:
///
///     text     = { character | "\${" | variable }
///     variable = "${" source { "," source } "}"
///     source   = quoted text | number | true | false | null | name ":" address | variable
///     address  = { character | variable }      up to the next "," or "}" outside of parentheses
///
/// `${` that no source follows, such as `${HOME}` or `${AWS::Region}`, is text.
struct VariableText: Sendable {
    /// A piece of the text.
    indirect enum Part: Sendable {
        case literal(String)
        case variable(Variable)
    }

    /// What stands between `${` and `}`.
    struct Variable: Sendable {
        /// As written, with `${` and `}`.
        let text: String
        /// The first that has a value counts.
        let sources: [Source]
    }

    /// Where a value may come from.
    enum Source: Sendable {
        case literal(text: String, isPlain: Bool)
        case reference(kind: String, address: [Part])
        case variable(Variable)
    }

    /// What is wrong with the text; completes a sentence that begins with the key.
    struct SyntaxError: Error {
        let message: String
    }

    /// Deeper nesting is refused.
    static let maximumDepth = 16

    let parts: [Part]

    init(_ text: String) throws(SyntaxError) {
        var parser = VariableTextParser(text)
        self.parts = try parser.parts()
    }
}

/// One thing that is wrong with a request: for programs the field and the rule, for people the message.
package struct Violation: Codable, Hashable, Sendable, Error {
    /// What a value can violate.
    package enum Rule: String, Codable, Hashable, Sendable {
        /// It has to be there.
        case required
        /// It is of another JSON type.
        case type
        /// It is shorter or longer, smaller or larger than allowed.
        case size
        /// It has characters that are not allowed.
        case characters
        /// It is not built as such values are.
        case format
        /// It is none of the values there are.
        case choice
        /// There is no such member.
        case unknown
    }

    /// The member of the body, the query parameter or the header.
    package let field: String
    package let rule: Rule
    /// A full sentence: what is allowed.
    package let message: String
}

/// What is wrong with a value, wherever it stands.
struct Fault {
    let rule: Violation.Rule
    /// A full sentence: what is allowed.
    let message: String

    init(_ rule: Violation.Rule, _ message: String) {
        self.rule = rule
        self.message = message
    }
}

/// What a text has to obey: gives all that is wrong with it.
typealias TextRules = @Sendable (_ text: String) -> [Fault]

/// An expression of a table request, with its values and names in the text.
///
///     "attribute_not_exists(id) AND version = \(3) AND \(name: "status") = \("open")"
///
/// Values become placeholders, so no value is ever taken for a part of the expression; `\(name:)` writes names that are
/// reserved words or have dots in them.
public struct Expression: Sendable, ExpressibleByStringInterpolation {
    /// Collects an expression's parts.
    public struct StringInterpolation: StringInterpolationProtocol, Sendable {
        fileprivate enum Part: Sendable {
            case text(String)
            case value(@Sendable () throws -> Attribute)
            case name(String)
        }

        fileprivate var parts: [Part] = []

        /// An empty expression, for the compiler.
        public init(literalCapacity: Int, interpolationCount: Int) {}

        /// A part of the expression's own text.
        public mutating func appendLiteral(_ literal: String) { self.parts.append(.text(literal)) }

        /// A value: whatever Codable makes of it.
        public mutating func appendInterpolation(_ value: some Encodable & Sendable) {
            self.parts.append(.value { try AttributeEncoder().encode(value) })
        }

        /// The name of an attribute, at any place of a path.
        public mutating func appendInterpolation(name: String) { self.parts.append(.name(name)) }

        /// A part of an expression that was made before.
        public mutating func appendInterpolation(_ expression: Expression) { self.parts += expression.parts }
    }

    fileprivate let parts: [StringInterpolation.Part]

    /// An expression without values and names from elsewhere.
    public init(stringLiteral value: String) { self.parts = [.text(value)] }

    /// An expression with values and names in its text.
    public init(stringInterpolation: StringInterpolation) { self.parts = stringInterpolation.parts }
}

/// The placeholders of one request, over all its expressions.
struct Placeholders {
    private(set) var values: [String: Attribute] = [:]
    private(set) var names: [String: String] = [:]

    /// The text of an expression, with placeholders for its values and names.
    ///
    /// - Throws: what encoding a value throws.
    mutating func text(_ expression: Expression?) throws -> String? {
        guard let expression else { return nil }
        var text = ""
        for part in expression.parts {
            switch part {
            case .text(let literal): text += literal
            case .value(let value):
                let placeholder = ":v\(self.values.count)"
                self.values[placeholder] = try value()
                text += placeholder
            case .name(let name):
                let placeholder = self.names.first { $0.value == name }?.key ?? "#n\(self.names.count)"
                self.names[placeholder] = name
                text += placeholder
            }
        }
        return text
    }
}

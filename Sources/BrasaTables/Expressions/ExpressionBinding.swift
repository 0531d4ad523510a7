/// The names and values that the expressions of one request refer to, and which of them were used.
package struct ExpressionBinding: Sendable {
    /// Names by `#name`.
    private let names: [ByteText: ByteText]
    /// Values by `:value`.
    private let values: AttributeMap
    private var unusedNames: Set<ByteText>
    private var unusedValues: Set<ByteText>

    package init(names: [ByteText: ByteText] = [:], values: AttributeMap = [:]) {
        self.names = names
        self.values = values
        self.unusedNames = Set(names.keys)
        self.unusedValues = Set(values.attributes.map(\.name))
    }

    /// - Throws: the message, when the name is not defined.
    mutating func name(_ reference: String) throws(ExpressionFault) -> ByteText {
        guard let name = self.names[ByteText(reference)] else {
            throw ExpressionFault(
                .nameReference,
                "An expression attribute name used in the document path is not defined; attribute name: \(reference)")
        }
        self.unusedNames.remove(ByteText(reference))
        return name
    }

    /// - Throws: the message, when the value is not defined.
    mutating func value(_ reference: String) throws(ExpressionFault) -> AttributeValue {
        guard let value = self.values[ByteText(reference)] else {
            throw ExpressionFault(
                .valueReference,
                "An expression attribute value used in expression is not defined; attribute value: \(reference)")
        }
        self.unusedValues.remove(ByteText(reference))
        return value
    }

    mutating func path(_ syntax: PathSyntax) throws(ExpressionFault) -> DocumentPath {
        guard syntax.steps.count <= PathSyntax.maximumSteps else {
            throw ExpressionFault(
                .path, "The document path has too many nesting levels; nesting levels: \(syntax.steps.count)")
        }
        var steps: [DocumentPath.Step] = []
        for step in syntax.steps {
            switch step {
            case .name(let name): steps.append(.name(ByteText(name)))
            case .reference(let reference): steps.append(.name(try self.name(reference)))
            case .index(let index): steps.append(.index(index))
            case .hugeIndex(let digits):
                throw ExpressionFault(.path, "List index is not within the allowable range; index: [\(digits)]")
            }
        }
        guard case .name(let attribute) = steps[0] else { preconditionFailure("a path begins with a name") }
        return DocumentPath(attribute, Array(steps.dropFirst()))
    }

    /// Checks that everything that the request defines was used, once all of its expressions are bound.
    package func checkAllUsed() throws(TableError) {
        if !self.unusedNames.isEmpty { throw Self.unused("ExpressionAttributeNames", self.unusedNames) }
        if !self.unusedValues.isEmpty { throw Self.unused("ExpressionAttributeValues", self.unusedValues) }
    }

    private static func unused(_ parameter: String, _ keys: Set<ByteText>) -> TableError {
        let list = keys.sorted().map(\.string).joined(separator: ", ")
        return .validation("Value provided in \(parameter) unused in expressions: keys: {\(list)}")
    }
}

/// What is wrong with an expression that follows the syntax, and which kind of thing that is.
///
/// The service looks at the whole expression for one kind of fault before it looks for the next.
struct ExpressionFault: Error, Hashable {
    /// The kinds; their order is that of no expression, each has its own.
    enum Kind: Hashable {
        case redundantParentheses, unknownFunction, misusedFunction, reserved, section
        case nameReference, valueReference, path, operandCount, distinct, operandType, overlap
    }

    let kind: Kind
    let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The refusal of a reserved word among the names of paths, if there is one.
    static func reserved(in paths: [PathSyntax]) -> ExpressionFault? {
        for path in paths {
            for case .name(let name) in path.steps where ReservedWords.contains(name) {
                return ExpressionFault(
                    .reserved, "Attribute name is a reserved keyword; reserved keyword: \(name)")
            }
        }
        return nil
    }
}

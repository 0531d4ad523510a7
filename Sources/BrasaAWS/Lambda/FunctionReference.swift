package import BrasaModel

/// A function as a client names it: `name`, `name:qualifier`, an ARN, or `123456789012:function:name`, with a qualifier
/// from the query beside it.
package struct FunctionReference: Sendable, Hashable {
    package let name: String
    /// A version number, an alias or `$LATEST`; nil: none given.
    package let qualifier: String?

    /// Which of the two forms of names an operation takes; they differ in what a refusal says.
    package enum Form: Sendable {
        /// Up to 256 characters: operations that read, invoke or delete.
        case long
        /// Up to 140 characters: operations that create or change.
        case short

        var lengths: ClosedRange<Int> {
            switch self {
            case .long: 1...256
            case .short: 1...140
            }
        }

        /// In the service's words.
        package var pattern: String {
            let scope =
                "(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?"
                + "(function:)?"
            switch self {
            case .long: return scope + "([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?"
            case .short: return scope + "([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?"
            }
        }
    }

    /// Characters a name has at most, without what stands around it in an ARN.
    package static let nameLimit = 64

    /// Reads a name and the qualifier of the query.
    ///
    /// - Throws: `LambdaError` for what is no name, a function of another region or account, and qualifiers that differ.
    package init(
        _ text: String, qualifier queried: String? = nil, form: Form = .long, scope: AccountScope
    ) throws {
        var check = ParameterCheck()
        check.length(text, "functionName", form.lengths)
        check.length(queried, "qualifier", 1...128)
        check.form(queried, "qualifier", pattern: "(|[a-zA-Z0-9$_-]+)", Self.isQualifier)
        let parts = Self.parts(of: text)
        check.form(text, "functionName", pattern: form.pattern) { _ in parts != nil }
        try check.finish()
        // `finish` has thrown when there are none.
        guard let parts else { throw LambdaError.invalidParameter("\"\(text)\" is not a function name.") }
        guard parts.name.utf8.count <= Self.nameLimit else {
            // A validation error with the other type: so does the service.
            throw LambdaError.invalidParameter(
                "1 validation error detected: Value '\(parts.name)' at 'functionName' failed to satisfy constraint: "
                    + "Member must have length less than or equal to \(Self.nameLimit)")
        }
        if let region = parts.region, region != scope.region {
            throw LambdaError.notFound(
                "Functions from '\(region)' are not reachable in this region ('\(scope.region)')")
        }
        if let account = parts.account, account != scope.account {
            let other = AccountScope(account: account, region: scope.region)
            throw LambdaError.notFound(
                "Function not found: \(other.functionARN(parts.name, qualifier: parts.qualifier))")
        }
        if let derived = parts.qualifier, let queried, derived != queried {
            throw LambdaError.invalidParameter(
                "The derived qualifier from the function name does not match the specified qualifier.")
        }
        self.name = parts.name
        self.qualifier = parts.qualifier ?? queried
    }

    private struct Parts {
        var region: String?
        var account: String?
        var name: String
        var qualifier: String?
    }

    private static func parts(of text: String) -> Parts? {
        var rest = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)[...]
        if rest.first == "arn" {
            guard rest.count >= 4, rest[1].hasPrefix("aws"), rest[2] == "lambda" else { return nil }
            rest = rest.dropFirst(3)
        }
        var region: String?
        var account: String?
        if rest.count > 1, let first = rest.first, Self.isRegion(first) {
            region = first
            rest = rest.dropFirst()
        }
        if rest.count > 1, let first = rest.first, first.utf8.count == 12,
            first.utf8.allSatisfy({ (48...57).contains($0) })
        {
            account = first
            rest = rest.dropFirst()
        }
        if rest.count > 1, rest.first == "function" { rest = rest.dropFirst() }
        guard let name = rest.popFirst(), Self.isName(name), rest.count <= 1 else { return nil }
        let qualifier = rest.first
        if let qualifier, qualifier.isEmpty || !Self.isQualifier(qualifier) { return nil }
        return Parts(region: region, account: account, name: name, qualifier: qualifier)
    }

    /// Whether a text has the characters of a function's name, without regard to its length.
    package static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(Self.isWord)
    }

    private static func isQualifier(_ text: String) -> Bool {
        text.utf8.allSatisfy { Self.isWord($0) || $0 == UInt8(ascii: "$") }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Such as `us-east-1`; a name of this form that is followed by a qualifier is taken for one too, as AWS does.
    private static func isRegion(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0].count == 2, let digit = parts.last, digit.count == 1 else { return false }
        return digit.utf8.allSatisfy { (48...57).contains($0) }
            && parts.dropLast().allSatisfy { $0.utf8.allSatisfy { (97...122).contains($0) } }
    }
}

/// The full name of a table, which requests take in the place of its name:
/// `arn:aws:dynamodb:<region>:<account>:table/<name>`.
package enum TableARN {
    /// Whether a text has the form of one; whether it is this host's is for others to say.
    package static func isOne(_ text: String) -> Bool {
        guard text.hasPrefix("arn:") else { return false }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[1] == "aws", parts[2] == "dynamodb", !parts[3].isEmpty, !parts[4].isEmpty,
            parts[4].allSatisfy({ $0.isASCII && $0.isNumber }), parts[5].hasPrefix("table/")
        else { return false }
        let name = parts[5].dropFirst("table/".count).utf8
        return (3...255).contains(name.count) && name.allSatisfy(ConstraintFaults.isNameByte)
    }

    /// Why a host does not look for the table of an ARN; nil: the ARN could be one of its own.
    ///
    /// The account comes first: nothing is told about those of others.
    package static func refusal(_ arn: String, account: String, region: String) -> TableError? {
        guard Self.isOne(arn) else { return nil }
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
        guard parts[4] == account else { return TableError(.accessDenied, "Access is denied") }
        guard parts[3] == region else {
            return .validation("1 validation error detected: Invalid AWS region in '\(arn)'")
        }
        return nil
    }
}

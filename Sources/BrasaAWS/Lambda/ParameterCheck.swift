/// Collects what is wrong with a request's parameters and reports it all at once, in the service's words.
package struct ParameterCheck {
    private var faults: [String] = []

    package init() {}

    /// A number has to lie within `range`.
    package mutating func range(_ value: Int?, _ name: String, _ range: ClosedRange<Int>) {
        guard let value else { return }
        if value < range.lowerBound {
            self.fault("\(value)", name, "Member must have value greater than or equal to \(range.lowerBound)")
        }
        if value > range.upperBound {
            self.fault("\(value)", name, "Member must have value less than or equal to \(range.upperBound)")
        }
    }

    /// A text has to have so many characters.
    package mutating func length(_ value: String?, _ name: String, _ range: ClosedRange<Int>) {
        guard let value else { return }
        if value.count < range.lowerBound {
            self.fault(value, name, "Member must have length greater than or equal to \(range.lowerBound)")
        }
        if value.count > range.upperBound {
            self.fault(value, name, "Member must have length less than or equal to \(range.upperBound)")
        }
    }

    /// A text has to be of a form, which `pattern` describes to the reader.
    package mutating func form(_ value: String?, _ name: String, pattern: String, _ isOfForm: (String) -> Bool) {
        guard let value, !isOfForm(value) else { return }
        self.fault(value, name, "Member must satisfy regular expression pattern: \(pattern)")
    }

    /// A text has to be one of a few.
    package mutating func oneOf(_ value: String?, _ name: String, _ allowed: [String]) {
        guard let value, !allowed.contains(value) else { return }
        self.fault(value, name, "Member must satisfy enum value set: [\(allowed.joined(separator: ", "))]")
    }

    /// Keys of tags have 1 to 128 characters and values up to 256: letters, digits, spaces and `_.:/=+-@`.
    package mutating func tags(_ tags: [String: String]?) {
        let pattern = "([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)"
        func constraint(_ subject: String, _ range: ClosedRange<Int>) -> String {
            "Map \(subject) must satisfy constraint: [Member must have length less than or equal to \(range.upperBound), "
                + "Member must have length greater than or equal to \(range.lowerBound), "
                + "Member must satisfy regular expression pattern: \(pattern)]"
        }
        for (key, value) in (tags ?? [:]).sorted(by: { $0.key < $1.key }) {
            if !(1...128).contains(key.count) || !key.unicodeScalars.allSatisfy(Self.isOfTag) {
                self.fault("{\(key)=\(value)}", "tags", constraint("keys", 1...128))
            } else if value.count > 256 || !value.unicodeScalars.allSatisfy(Self.isOfTag) {
                self.fault("{\(key)=\(value)}", "tags", constraint("value", 0...256))
            }
        }
    }

    private static func isOfTag(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .spaceSeparator,
            .lineSeparator, .paragraphSeparator, .decimalNumber, .letterNumber, .otherNumber:
            true
        default: "_.:/=+-@".unicodeScalars.contains(scalar)
        }
    }

    /// One instruction set, of those the service knows.
    package mutating func architectures(_ given: [String]?) {
        guard let given else { return }
        let value = "[\(given.joined(separator: ", "))]"
        if given.isEmpty {
            self.fault(value, "architectures", "Member must have length greater than or equal to 1")
        } else if given.count > 1 {
            self.fault(value, "architectures", "Member must have length less than or equal to 1")
        } else if !["x86_64", "arm64"].contains(given[0]) {
            self.fault(
                value, "architectures",
                "Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], "
                    + "Member must not be null]")
        }
    }

    /// The ARN of a role.
    package mutating func role(_ given: String?) {
        self.form(given, "role", pattern: "arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+") { text in
            let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 6, parts[0] == "arn", parts[1].isEmpty || parts[1].hasPrefix("aws"), parts[2] == "iam",
                parts[3].isEmpty, parts[4].utf8.count == 12, parts[4].utf8.allSatisfy({ (48...57).contains($0) }),
                parts[5].hasPrefix("role"), parts[5].utf8.count > 4
            else { return false }
            return parts[5].utf8.allSatisfy { byte in
                switch byte {
                case 48...57, 65...90, 97...122: true
                default: "+=,.@-_/".utf8.contains(byte)
                }
            }
        }
    }

    /// A parameter has to be there.
    package mutating func required(_ isThere: Bool, _ name: String) {
        if !isThere {
            self.faults.append("Value null at '\(name)' failed to satisfy constraint: Member must not be null")
        }
    }

    /// Throws `ValidationException` when anything was wrong.
    package func finish() throws {
        guard !self.faults.isEmpty else { return }
        let count = self.faults.count == 1 ? "1 validation error" : "\(self.faults.count) validation errors"
        throw LambdaError(
            "ValidationException", status: 400, message: "\(count) detected: \(self.faults.joined(separator: "; "))")
    }

    private mutating func fault(_ value: String, _ name: String, _ constraint: String) {
        self.faults.append("Value '\(value)' at '\(name)' failed to satisfy constraint: \(constraint)")
    }
}

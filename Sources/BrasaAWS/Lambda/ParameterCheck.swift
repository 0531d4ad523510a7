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

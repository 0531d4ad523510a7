/// The rules of members that one request breaks, as the service lists them.
struct ConstraintFaults {
    private var faults: [String] = []
    /// What stands before the names of members: where the structure is in the request.
    private let path: String
    private static let maximum = 10

    init(at path: String = "") {
        self.path = path
    }

    private mutating func note(_ value: String?, at member: String, _ constraint: String) {
        guard self.faults.count < Self.maximum else { return }
        let shown = value.map { "'\($0)'" } ?? "null"
        self.faults.append("Value \(shown) at '\(self.path)\(member)' failed to satisfy constraint: \(constraint)")
    }

    /// A member that has to be there.
    mutating func require(_ isThere: Bool, _ member: String) {
        if !isThere { self.note(nil, at: member, "Member must not be null") }
    }

    /// A name of a table or index.
    mutating func name(_ value: String?, _ member: String, isRequired: Bool = true) {
        guard let value else { return self.require(!isRequired, member) }
        self.pattern(value, member)
        self.length(value.utf16.count, value, member, 3...255)
    }

    /// A table's name, or its ARN.
    mutating func tableName(_ value: String?) {
        if let value, TableARN.isOne(value) { return }
        self.name(value, "tableName")
    }

    /// The characters of the name of a table that is there, or its ARN; the length is looked at elsewhere.
    mutating func existing(_ value: String?) {
        if let value, TableARN.isOne(value) { return }
        self.pattern(value, "tableName")
    }

    /// The characters of a name, whose length is looked at elsewhere.
    mutating func pattern(_ value: String?, _ member: String) {
        guard let value, value.isEmpty || !value.utf8.allSatisfy(Self.isNameByte) else { return }
        self.note(value, at: member, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+")
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// How long a text, list or map is.
    mutating func length(_ count: Int, _ value: String, _ member: String, _ allowed: ClosedRange<Int>) {
        if count < allowed.lowerBound {
            self.note(value, at: member, "Member must have length greater than or equal to \(allowed.lowerBound)")
        }
        if count > allowed.upperBound {
            self.note(value, at: member, "Member must have length less than or equal to \(allowed.upperBound)")
        }
    }

    /// How long the lists of a map are.
    mutating func mapValueLength(_ value: String, _ member: String, _ allowed: ClosedRange<Int>) {
        self.note(
            value, at: member,
            "Map value must satisfy constraint: [Member must have length less than or equal to \(allowed.upperBound), "
                + "Member must have length greater than or equal to \(allowed.lowerBound)]")
    }

    /// A number with a smallest value, and perhaps a largest.
    mutating func atLeast(_ minimum: Int, _ value: Int?, _ member: String, atMost maximum: Int = .max) {
        guard let value else { return }
        if value < minimum {
            self.note("\(value)", at: member, "Member must have value greater than or equal to \(minimum)")
        }
        if value > maximum {
            self.note("\(value)", at: member, "Member must have value less than or equal to \(maximum)")
        }
    }

    /// A word out of a set, which messages show in the order given.
    mutating func word<Word: RawRepresentable<String> & CaseIterable>(
        _ value: String?, _ member: String, as type: Word.Type
    ) -> Word? {
        guard let value else { return nil }
        guard let word = Word(rawValue: value) else {
            let list = Word.allCases.map(\.rawValue).joined(separator: ", ")
            self.note(value, at: member, "Member must satisfy enum value set: [\(list)]")
            return nil
        }
        return word
    }

    /// Refuses the request if there is a fault.
    func check() throws(TableError) {
        guard !self.faults.isEmpty else { return }
        let count = "\(self.faults.count) validation error\(self.faults.count > 1 ? "s" : "")"
        throw TableError.validation("\(count) detected: \(self.faults.joined(separator: "; "))")
    }
}

import BrasaFunctionJSON
import FoundationEssentials

/// Reads the members of a JSON object one by one and gathers everything that is wrong, instead of stopping at the first thing.
struct MemberReader {
    /// A user has at most 1 KB; the rest is for white space and escapes.
    static let maximumBodyBytes = 16_384

    private var unread: [String: JSONMember] = [:]
    private(set) var violations: [Violation] = []

    /// A reader of no members, for requests without a body.
    init() {}

    /// - Throws: ``Problem`` when the body is no JSON object at all.
    init(body request: HTTPRequest) throws {
        let type = request.headers["content-type"]
        guard let type, type.prefix(while: { $0 != ";" && $0 != " " }).lowercased() == "application/json" else {
            throw Problem.mediaType(type)
        }
        let bytes: [UInt8]
        do {
            bytes = try request.bodyBytes()
        } catch let failure as HTTPFailure {
            throw Problem.badRequest("malformed-body", failure.message)
        }
        guard bytes.count <= Self.maximumBodyBytes else {
            throw Problem.tooLarge(bytes: bytes.count, limit: Self.maximumBodyBytes)
        }
        do {
            self.unread = try JSONDecoder().decode([String: JSONMember].self, from: Data(bytes))
        } catch {
            throw Problem.badRequest("malformed-body", "The body is not a JSON object in UTF-8.")
        }
    }

    /// Notes a violation.
    mutating func add(_ rule: Violation.Rule, _ field: String, _ message: String) {
        self.violations.append(Violation(field: field, rule: rule, message: message))
    }

    /// Whether a member is there that was not read yet.
    func has(_ name: String) -> Bool { self.unread[name] != nil }

    /// Ends the reading: members that nobody asked for are violations too.
    ///
    /// - Throws: ``Problem`` with all violations, if there are any.
    mutating func finish() throws {
        for name in self.unread.keys.sorted() {
            self.add(.unknown, String(name.prefix(64)), "There is no such member.")
        }
        if !self.violations.isEmpty { throw Problem.violations(self.violations) }
    }

    /// A text that has to be there; nil: it is not, or it breaks a rule.
    mutating func text(_ name: String, obeying rules: TextRules) -> String? {
        switch self.unread.removeValue(forKey: name) {
        case .text(let text):
            let faults = rules(text)
            for fault in faults { self.add(fault.rule, name, fault.message) }
            return faults.isEmpty ? text : nil
        case nil, .null: self.add(.required, name, "It has to be there; it is a text.")
        case let other?: self.add(.type, name, "It is \(other.kind); it has to be a text.")
        }
        return nil
    }

    /// One of the names of an enumeration; nil: it is none of them.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, of type: Choice.Type, default absent: Choice
    ) -> Choice? where Choice.RawValue == String {
        let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        switch self.unread.removeValue(forKey: name) {
        case nil: return absent
        case .text(let text):
            if let choice = Choice(rawValue: text) { return choice }
            self.add(.choice, name, "It has to be one of: \(names).")
        case let other?: self.add(.type, name, "It is \(other.kind); it has to be one of: \(names).")
        }
        return nil
    }

    /// A whole number from 1; nil: there is none, or something else.
    mutating func count(_ name: String) -> Int? {
        switch self.unread.removeValue(forKey: name) {
        case nil: return nil
        case .integer(let number) where number >= 1: return number
        case .integer, .number: self.add(.size, name, "It has to be a whole number from 1.")
        case let other?: self.add(.type, name, "It is \(other.kind); it has to be a whole number from 1.")
        }
        return nil
    }
}

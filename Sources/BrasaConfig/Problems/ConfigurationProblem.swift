/// One mistake or remark about the configuration: what is wrong, where, and what would be right.
package struct ConfigurationProblem: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Whether the configuration can be used all the same.
    package enum Severity: String, Sendable, Hashable, Codable {
        /// The configuration cannot be used.
        case error
        /// It can, though not all of it has the effect that may be expected.
        case warning
    }

    package var severity: Severity
    /// The file as it was given, relative or absolute.
    package var file: String
    /// Line from 1; nil: the problem is the file as a whole.
    package var line: Int?
    /// Column from 1, in Unicode scalars; nil with `line`.
    package var column: Int?
    /// Path of the key, such as `functions.hello.timeout`; empty when there is none.
    package var key: String
    /// Full sentences that name the key, what was found and what is allowed.
    package var message: String
    /// What stands there; nil when that is not the point.
    package var found: String?
    /// What may stand there; nil when that is not the point.
    package var allowed: String?
    /// The nearest name that would be right; nil: none is near.
    package var suggestion: String?

    package init(
        severity: Severity, file: String, line: Int? = nil, column: Int? = nil, key: String = "", message: String,
        found: String? = nil, allowed: String? = nil, suggestion: String? = nil
    ) {
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.key = key
        self.message = message
        self.found = found
        self.allowed = allowed
        self.suggestion = suggestion
    }

    /// `file:line:column: severity: message`, which editors and terminals turn into a link.
    package var description: String {
        var place = self.file
        if let line = self.line { place += ":\(line)" }
        if let column = self.column { place += ":\(column)" }
        return "\(place): \(self.severity.rawValue): \(self.message)"
    }
}

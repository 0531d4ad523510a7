import BrasaConfig

/// What is wrong with a configuration, for people and for programs.
struct ValidationReport {
    let directory: String
    let problems: [ConfigurationProblem]
    /// The functions it configures; empty when it cannot be read.
    var functionNames: [String] = []
    /// The tables it describes.
    var tableNames: [String] = []
    /// Whether there is such a folder; without one the defaults hold.
    var isThere = true

    var errorCount: Int { self.problems.count { $0.severity == .error } }
    var warningCount: Int { self.problems.count - self.errorCount }

    /// What a command ends with that needs a valid configuration.
    var failure: CommandFailure {
        CommandFailure(
            .failed,
            "The configuration in \(self.directory) has \(Self.counted(self.errorCount, "error")).")
    }

    /// `file:line:column: severity: message`.
    func line(_ problem: ConfigurationProblem, style: Style) -> String {
        let severity = problem.severity.rawValue
        let coloured = problem.severity == .error ? style.red(severity) : style.yellow(severity)
        let text = problem.description
        guard style.isOn, let range = text.firstRange(of: ": \(severity): ") else { return text }
        return text[..<range.lowerBound] + ": \(coloured): " + text[range.upperBound...]
    }

    /// A line for each problem, and what they come to.
    func render(style: Style) -> String {
        var text = self.problems.map { self.line($0, style: style) + "\n" }.joined()
        if self.errorCount == 0 {
            var contents = Self.counted(self.functionNames.count, "function")
            if !self.tableNames.isEmpty { contents += " and \(Self.counted(self.tableNames.count, "table"))" }
            let warnings = self.warningCount == 0 ? "" : ", with \(Self.counted(self.warningCount, "warning"))"
            if self.isThere {
                text += style.green("The configuration in \(self.directory) is valid")
                text += ": \(contents) configured\(warnings).\n"
            } else {
                text += "There is no folder \(self.directory) here, so the defaults hold\(warnings); "
                text += "--config names another.\n"
            }
        }
        return text
    }

    /// One line.
    func json() throws(CommandFailure) -> String {
        struct Report: Encodable {
            let isValid: Bool
            let errors: Int
            let warnings: Int
            let functions: [String]
            let tables: [String]
            let problems: [ConfigurationProblem]
        }
        return try JSONLine.text(
            Report(
                isValid: self.errorCount == 0, errors: self.errorCount, warnings: self.warningCount,
                functions: self.functionNames, tables: self.tableNames, problems: self.problems))
    }

    private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}

/// Gathers problems while files are read.
///
/// A class because every reader adds to the same list; it never leaves the call of `Configuration.load`, so one thread
/// uses it.
final class ProblemCollector {
    /// More than this many are counted and not kept: nobody reads them, and a broken generator can make millions.
    static let maximum = 200

    private var kept: [ConfigurationProblem] = []
    private var dropped = 0
    private(set) var hasErrors = false

    /// All problems by file in the order of reading, then by place.
    var problems: [ConfigurationProblem] {
        var files: [String] = []
        for problem in self.kept where !files.contains(problem.file) { files.append(problem.file) }
        var sorted = files.flatMap { file in
            self.kept.filter { $0.file == file }.sorted {
                ($0.line ?? 0, $0.column ?? 0, $0.message) < ($1.line ?? 0, $1.column ?? 0, $1.message)
            }
        }
        if self.dropped > 0, let last = sorted.last {
            sorted.append(
                ConfigurationProblem(
                    severity: .error, file: last.file,
                    message: "There are \(self.dropped) more problems, not listed here."))
        }
        return sorted
    }

    /// Whether a mistake about this very key has been reported, so that its absence is not one more.
    func hasError(key: String) -> Bool {
        self.kept.contains { $0.key == key && $0.severity == .error }
    }

    /// Whether a mistake about this key or one inside it has been reported.
    func hasErrors(below key: String) -> Bool {
        self.kept.contains { problem in
            problem.severity == .error
                && (problem.key == key || problem.key.hasPrefix("\(key).") || problem.key.hasPrefix("\(key)["))
        }
    }

    func add(_ problem: ConfigurationProblem) {
        if problem.severity == .error { self.hasErrors = true }
        guard self.kept.count < Self.maximum else {
            self.dropped += 1
            return
        }
        // A value that several keys take over through an alias or a variable is wrong once.
        guard !self.kept.contains(problem) else { return }
        self.kept.append(problem)
    }

    /// A mistake about a file as a whole.
    func error(file: String, _ message: String) {
        self.add(ConfigurationProblem(severity: .error, file: file, message: message))
    }

    /// A mistake at a place.
    func error(
        at location: SourceLocation, key: String = "", _ message: String, found: String? = nil, allowed: String? = nil,
        suggestion: String? = nil
    ) {
        self.add(
            ConfigurationProblem(
                severity: .error, file: location.file, line: location.line, column: location.column, key: key,
                message: message, found: found, allowed: allowed, suggestion: suggestion))
    }

    /// A remark at a place.
    func warning(at location: SourceLocation, key: String = "", _ message: String) {
        self.add(
            ConfigurationProblem(
                severity: .warning, file: location.file, line: location.line, column: location.column, key: key,
                message: message))
    }

    /// A value that is not what its key takes.
    func reject(_ node: YAMLNode, key: String, allowed: String, suggestion: String? = nil) {
        let tail = suggestion.map { "did you mean \($0)? Allowed is \(allowed)." } ?? "allowed is \(allowed)."
        self.error(
            at: node.location, key: key, "\(key) is \(node.found); \(tail)", found: node.found, allowed: allowed,
            suggestion: suggestion)
    }
}

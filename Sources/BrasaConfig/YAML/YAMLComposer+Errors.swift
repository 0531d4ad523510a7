import Yams

extension YAMLComposer {
    /// Reports what libyaml found wrong, with its place.
    func report(_ error: YamlError, in text: String) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            var message = "Not YAML: " + problem
            if let context { message += ", \(context.text) that starts on line \(context.mark.line)" }
            if Self.scalar(line: mark.line, column: mark.column, in: text) == "\t" {
                message += " (a tab; YAML is indented with spaces)"
            }
            self.problems.error(at: self.location(mark.line, mark.column), message + ".")
        case .composer(_, let problem, let mark, _):
            self.problems.error(at: self.location(mark.line, mark.column), "Not YAML: \(problem).")
        case .reader(let problem, let offset, let value, _):
            let before = text.prefix(offset ?? 0).unicodeScalars
            let line = before.count(where: { $0 == "\n" }) + 1
            let hexadecimal = value < 0 ? "" : " (U+" + String(value, radix: 16, uppercase: true) + ")"
            self.problems.error(at: self.location(line, 1), "Not YAML: \(problem)\(hexadecimal).")
        default:
            self.problems.error(file: self.file, "The file could not be read as YAML: \(error).")
        }
    }
}

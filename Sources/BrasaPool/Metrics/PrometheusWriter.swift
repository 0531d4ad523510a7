/// Writes numbers in Prometheus' text format.
///
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
package struct PrometheusWriter {
    /// What has been written so far.
    package private(set) var text = ""

    package init() {}

    /// Begins with the samples of one name.
    ///
    /// - Parameter type: `counter`, `gauge`, `histogram` or `untyped`.
    package mutating func family(_ name: String, _ type: String, _ help: String) {
        self.text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    /// Writes one sample, with labels in the order given.
    package mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Double) {
        let rendered = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        let number = value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
        self.text += "\(name)\(rendered.isEmpty ? "" : "{\(rendered)}") \(number)\n"
    }

    /// Writes a name that has a single sample without labels.
    package mutating func single(_ name: String, _ type: String, _ help: String, _ value: Int) {
        self.family(name, type, help)
        self.sample(name, [], Double(value))
    }

    private static func escaped(_ text: String) -> String {
        var out = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": out += "\\\\"
            case "\"": out += "\\\""
            case "\n": out += "\\n"
            default: out.unicodeScalars.append(character)
            }
        }
        return out
    }
}

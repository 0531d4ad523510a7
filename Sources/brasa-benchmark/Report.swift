import Foundation

/// All findings of a run.
struct Report: Sendable, Encodable {
    let machine: Machine
    let rounds: Int
    let seconds: Double
    let findings: [Finding]

    /// As JSON, keys in snake case.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// As a table for people.
    func table() -> String {
        let head = ["what", "Brasa", "floor", "ratio (of the rounds)", "goal", ""]
        let rows = [head] + self.findings.map(\.cells)
        let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        var lines = rows.map { row in
            zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }.joined(separator: "  ")
        }
        lines.insert(widths.map { String(repeating: "-", count: $0) }.joined(separator: "  "), at: 1)
        lines.append("")
        for finding in self.findings where !finding.details.isEmpty {
            let details = finding.details.sorted { $0.key < $1.key }.map { "\($0.key) \(Finding.text($0.value))" }
            lines.append("\(finding.key): \(details.joined(separator: ", "))")
        }
        lines.append("")
        lines.append("\(self.machine.text); \(self.rounds) rounds, \(Int(self.seconds)) s in all")
        return lines.joined(separator: "\n")
    }
}

extension Finding {
    /// The finding in one line.
    var line: String { self.cells.filter { !$0.isEmpty }.joined(separator: "  ") }

    /// The cells of its row.
    var cells: [String] {
        let ratioText = self.ratio.map {
            "\(Self.text($0.median)) (\(Self.text($0.lowest)) to \(Self.text($0.highest)))"
        }
        let goalText = self.goal.map { goal in
            let sign = goal.direction == .atMost ? "<=" : ">="
            return goal.subject == .ratio
                ? "ratio \(sign) \(Self.text(goal.value))"
                : "\(sign) \(Self.text(goal.value)) \(self.unit)"
        }
        return [
            self.title, "\(Self.text(self.figure)) \(self.unit)",
            self.floor.map { "\(Self.text($0)) \(self.unit)" } ?? "",
            ratioText ?? "", goalText ?? "", self.isReached.map { $0 ? "PASS" : "MISS" } ?? "",
        ]
    }

    /// Three digits that count.
    static func text(_ value: Double) -> String {
        switch abs(value) {
        case 1_000...: String(format: "%.0f", value)
        case 100...: String(format: "%.0f", value)
        case 10...: String(format: "%.1f", value)
        default: String(format: "%.2f", value)
        }
    }
}

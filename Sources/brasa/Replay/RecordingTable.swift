import BrasaBench
import BrasaModel
import Foundation

/// What `brasa replay` prints about recorded events that are not played.
enum RecordingTable {
    /// A table, the oldest event first.
    static func render(_ events: [RecordedEvent], style: Style) -> String {
        var table = Table([
            .init("REQUEST"), .init("TIME"), .init("FROM"), .init("VERSION"), .init("DURATION", isNumber: true),
            .init("MEMORY", isNumber: true), .init("EVENT"), .init("REPLY"),
        ])
        for event in events {
            let outcome = event.outcome
            table.add([
                event.requestID, Self.time(event.timeMilliseconds), event.trigger.rawValue, outcome.version ?? "",
                BenchText.time(Double(outcome.durationNanoseconds) / 1_000), BenchText.memory(outcome.peakMemoryBytes),
                Self.text(event.payload), outcome.error.map { Self.cut($0.type) } ?? Self.text(outcome.body),
            ])
        }
        return table.render(style: style)
    }

    private static func time(_ milliseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
            .formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true))
    }

    /// The beginning of a payload.
    private static func text(_ bytes: Data) -> String {
        guard let text = String(data: bytes.prefix(200), encoding: .utf8) ?? String(data: bytes, encoding: .utf8) else {
            return "\(bytes.count) bytes"
        }
        return Self.cut(String(text.map { $0.isNewline ? " " : $0 }))
    }

    private static func cut(_ text: String) -> String { text.count > 40 ? text.prefix(37) + "..." : text }
}

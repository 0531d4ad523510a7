import Foundation

/// One line of a function's log, as `/_brasa/logs/{function}` tells it.
struct HostedLogLine: Codable, Sendable, Hashable {
    /// Rises by one with each line of a function; starts at 1 with the host.
    let sequence: UInt64
    /// Milliseconds since 1970.
    let timestampMilliseconds: Int64
    let version: String
    var requestID: String?
    /// `platform`, `log` or `output`.
    let source: String
    /// `TRACE` to `ERROR`; nil for output.
    var level: String?
    let message: String

    /// The time in UTC, who wrote it, and the message.
    func render(on console: Console) -> String {
        let author = self.level ?? (self.source == "output" ? "OUT" : "HOST")
        let padded = author + String(repeating: " ", count: max(0, 5 - author.count))
        let style = console.style
        let coloured =
            switch author {
            case "ERROR", "FATAL": style.red(padded)
            case "WARN": style.yellow(padded)
            default: style.dim(padded)
            }
        return "\(style.dim(self.time)) \(coloured) \(console.printable(self.message))"
    }

    /// ISO 8601 with milliseconds, in UTC.
    private var time: String {
        // The fraction is written by hand: a Double of seconds does not hold every millisecond, and formatting truncates.
        let (seconds, rest) = self.timestampMilliseconds.quotientAndRemainder(dividingBy: 1_000)
        let whole = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
        return "\(whole.dropLast()).\(String(1_000 + abs(rest)).dropFirst())Z"
    }
}

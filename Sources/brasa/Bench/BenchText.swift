import Foundation

/// Numbers of measurements as people read them.
enum BenchText {
    /// A time of so many microseconds, with three digits that count.
    static func time(_ microseconds: Double) -> String {
        if microseconds < 1_000 { return "\(Self.digits(microseconds)) µs" }
        if microseconds < 1_000_000 { return "\(Self.digits(microseconds / 1_000)) ms" }
        return "\(Self.digits(microseconds / 1_000_000)) s"
    }

    /// Calls a second.
    static func rate(_ perSecond: Double) -> String {
        perSecond < 100 ? "\(Self.digits(perSecond))/s" : "\(Self.grouped(Int(perSecond.rounded())))/s"
    }

    static func seconds(_ seconds: Double) -> String { String(format: "%.1f s", seconds) }

    static func memory(_ bytes: Int) -> String {
        bytes < 10 << 20
            ? String(format: "%.1f MB", Double(bytes) / 1_048_576) : "\((bytes + (1 << 19)) >> 20) MB"
    }

    /// A ratio, such as 1.04x.
    static func ratio(_ value: Double) -> String { String(format: "%.2fx", value) }

    /// With a comma at each thousand.
    static func grouped(_ number: Int) -> String {
        var text = ""
        for (index, digit) in "\(number)".reversed().enumerated() {
            if index > 0, index % 3 == 0, digit != "-" { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }

    /// Three digits that count, at most two of them behind the point.
    static func digits(_ value: Double) -> String {
        if value >= 100 { return String(format: "%.0f", value) }
        return String(format: value >= 10 ? "%.1f" : "%.2f", value)
    }
}

import Foundation

/// Times and sizes as `brasa dev` writes them.
enum DevUnits {
    /// Three digits or fewer, with the unit that fits.
    static func time(_ nanoseconds: Int64) -> String {
        let value = Double(nanoseconds)
        if value < 999_500 { return "\(Self.short(value / 1_000)) µs" }
        if value < 999_500_000 { return "\(Self.short(value / 1_000_000)) ms" }
        return "\(Self.short(value / 1_000_000_000)) s"
    }

    /// Powers of 1,024, as configuration counts memory.
    static func bytes(_ bytes: Int64) -> String {
        let value = Double(bytes)
        if bytes < 1_024 { return "\(bytes) B" }
        if value < 1_023.5 * 1_024 { return "\(Self.short(value / 1_024)) KB" }
        return "\(Self.short(value / 1_048_576)) MB"
    }

    /// Hours, minutes and seconds, with milliseconds or without.
    static func clock(_ time: Date, zone: TimeZone, milliseconds: Bool = true) -> String {
        let thousandths = Int64((time.timeIntervalSince1970 * 1_000).rounded(.down))
        let local = thousandths + Int64(zone.secondsFromGMT(for: time)) * 1_000
        let ofDay = (local % 86_400_000 + 86_400_000) % 86_400_000
        let text = [ofDay / 3_600_000, ofDay / 60_000 % 60, ofDay / 1_000 % 60].map(Self.twoDigits)
            .joined(separator: ":")
        guard milliseconds else { return text }
        let rest = String(ofDay % 1_000)
        return text + "." + String(repeating: "0", count: 3 - rest.count) + rest
    }

    private static func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func short(_ value: Double) -> String {
        if value >= 99.95 || value == value.rounded() { return "\(Int(value.rounded()))" }
        let digits = value >= 9.995 ? 10.0 : 100.0
        let rounded = (value * digits).rounded() / digits
        return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }
}

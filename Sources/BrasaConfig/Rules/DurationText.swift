/// Times as people write them: `10` (seconds), `1.5`, `500ms`, `2m`.
enum DurationText {
    /// Largest first; the unit without a name is seconds.
    private static let units: [(name: String, milliseconds: Int)] = [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("", 1_000),
    ]

    /// Milliseconds; nil when it is no time, is below zero, or is not a whole number of milliseconds.
    static func parse(_ text: String) -> Int? {
        UnitText.parse(text, units: Self.units.map { ($0.name, $0.milliseconds) })
    }

    /// The shortest way to write it.
    static func format(_ milliseconds: Int) -> String {
        let units = Self.units.dropLast().reversed()
        guard milliseconds > 0, let unit = units.first(where: { milliseconds.isMultiple(of: $0.milliseconds) }) else {
            return "0s"
        }
        return "\(milliseconds / unit.milliseconds)\(unit.name)"
    }
}

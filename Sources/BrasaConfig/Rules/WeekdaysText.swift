/// Days of the week as people write them: `mon-fri`, `sat,sun`, `fri-mon`, `daily`.
enum WeekdaysText {
    static let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    static let allowed =
        "days (mon tue wed thu fri sat sun), ranges and lists of them, such as mon-fri or sat,sun, or daily"
    /// For JSON Schema.
    static let pattern: String = {
        let day = "(?:\(Self.names.joined(separator: "|")))"
        let range = "\(day)(?: *- *\(day))?"
        return " *(?:daily|\(range)(?: *, *\(range))*) *"
    }()

    /// Days 1 (Monday) to 7 (Sunday) in order; nil when it is anything else.
    static func parse(_ text: String) -> [Int]? {
        if text.lowercased() == "daily" { return Array(1...7) }
        var days: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Self.day($0) }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else { return nil }
            // `fri-mon` runs over the end of the week.
            days.formUnion(first <= last ? Array(first...last) : Array(first...7) + Array(1...last))
        }
        return days.isEmpty ? nil : days.sorted()
    }

    private static func day(_ text: Substring) -> Int? {
        let name = text.filter { $0 != " " }.lowercased()
        return Self.names.firstIndex(of: name).map { $0 + 1 }
    }
}

/// A time of day as people write it: `08:00`, `8:00`, `24:00`.
enum TimeOfDayText {
    /// Minutes since midnight; nil when it is anything else.
    ///
    /// - Parameter isEnd: whether it ends a window, which may be at 24:00; 00:00 is then read as that.
    static func parse(_ text: String, isEnd: Bool) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...2).contains(parts[0].count), parts[1].count == 2,
            parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }),
            let hours = Int(parts[0]), let minutes = Int(parts[1]), minutes < 60
        else { return nil }
        let total = hours * 60 + minutes
        if isEnd { return total == 0 ? 1_440 : total <= 1_440 ? total : nil }
        return total < 1_440 ? total : nil
    }
}

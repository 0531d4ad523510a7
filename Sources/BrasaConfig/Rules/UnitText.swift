/// A decimal number followed by a unit.
enum UnitText {
    /// The number in the smallest unit, exactly; nil when the text is anything else, or does not come out whole.
    ///
    /// - Parameter units: names with how many smallest units they are; the empty name allows a number alone.
    static func parse(_ text: String, units: [(name: String, factor: Int)]) -> Int? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let name = text.dropFirst(digits.count).drop { $0 == " " }
        guard let factor = units.first(where: { $0.name == name })?.factor else { return nil }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let first = parts.first, let whole = Int(first) else { return nil }
        let (units, overflows) = whole.multipliedReportingOverflow(by: factor)
        guard !overflows else { return nil }
        guard parts.count == 2 else { return units }
        // Decimal places are counted in integers: 0.1 has no exact Double.
        guard (1...9).contains(parts[1].count), let places = Int(parts[1]) else { return nil }
        let scale = (0..<parts[1].count).reduce(1) { power, _ in power * 10 }
        let (scaled, overflowsScaled) = places.multipliedReportingOverflow(by: factor)
        guard !overflowsScaled, scaled.isMultiple(of: scale) else { return nil }
        let (sum, overflowsSum) = units.addingReportingOverflow(scaled / scale)
        return overflowsSum ? nil : sum
    }
}

/// How many times as much one measurement shows as another, and how sure that is.
struct Ratio: Sendable, Hashable, Codable {
    /// The middle one of the rounds' ratios; without rounds that of the whole.
    let ratio: Double
    /// Where the ratio lies with a confidence of at least 95 %, or all rounds lie when there are less than six.
    let low: Double
    let high: Double

    /// Whether the two differ by more than chance: all of the spread lies on one side of 1.
    var isShown: Bool { self.low > 1 || self.high < 1 }

    /// Of rounds that were measured in turn, so that each pair saw the same disturbances.
    ///
    /// nil when there are none, or any of them has no ratio.
    init?(pairs: [(before: Double, after: Double)]) {
        let ratios = pairs.compactMap { Self.divide($0.after, by: $0.before) }.sorted()
        guard !ratios.isEmpty, ratios.count == pairs.count else { return nil }
        let interval = Self.medianInterval(ratios)
        self.ratio = ratios.median
        self.low = interval.low
        self.high = interval.high
    }

    /// Of rounds that were measured at different times: the spread of both counts.
    ///
    /// nil when either has none, or there is no ratio.
    init?(before: [Double], after: [Double]) {
        let (before, after) = (before.sorted(), after.sorted())
        guard !before.isEmpty, !after.isEmpty, let ratio = Self.divide(after.median, by: before.median) else {
            return nil
        }
        let (first, second) = (Self.medianInterval(before), Self.medianInterval(after))
        guard let low = Self.divide(second.low, by: first.high), let high = Self.divide(second.high, by: first.low)
        else { return nil }
        self.ratio = ratio
        self.low = low
        self.high = high
    }

    /// nil for anything but 0 divided by 0.
    private static func divide(_ value: Double, by other: Double) -> Double? {
        if other == 0 { return value == 0 ? 1 : nil }
        return value / other
    }

    /// Between which of the sorted values the median of what they were drawn from lies, with a confidence of 95 % at least.
    ///
    /// Assumes nothing about how they are distributed: of n values, k lie below the median with the probability of k heads in n
    /// throws of a coin.
    private static func medianInterval(_ sorted: [Double]) -> (low: Double, high: Double) {
        let count = sorted.count
        var (probability, tail, below) = (1.0, 0.0, 0)
        for _ in 0..<count { probability /= 2 }
        for heads in 0..<(count / 2) {
            tail += probability
            guard tail <= 0.025 else { break }
            below = heads
            probability *= Double(count - heads) / Double(heads + 1)
        }
        return (sorted[below], sorted[count - 1 - below])
    }
}

/// How far few values lie apart.
struct Span: Codable, Sendable, Hashable {
    let median: Double
    let min: Double
    let max: Double

    /// nil without any value.
    init?(_ values: [Double]) {
        let sorted = values.sorted()
        guard let first = sorted.first, let last = sorted.last else { return nil }
        self.median = sorted.median
        self.min = first
        self.max = last
    }
}

extension [Double] {
    /// The middle one of sorted values, or what lies halfway between the two in the middle; 0 without any.
    var median: Double {
        guard !self.isEmpty else { return 0 }
        return (self[(self.count - 1) / 2] + self[self.count / 2]) / 2
    }
}

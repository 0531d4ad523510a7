/// Counts of values in fixed buckets, as Prometheus wants them.
///
/// A value; bounds are shared.
package struct Histogram: Sendable {
    /// Upper bounds in seconds, from 50 µs to 60 s.
    package static let boundsSeconds: [Double] = [
        0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
        30,
        60,
    ]

    private static let boundsNanoseconds: [Int64] = Self.boundsSeconds.map { Int64($0 * 1e9) }

    /// One count for each bound and one above them; not cumulative.
    package private(set) var counts = [UInt64](repeating: 0, count: Self.boundsSeconds.count + 1)
    package private(set) var sumNanoseconds: Int64 = 0

    package init() {}

    /// Adds a value.
    package mutating func record(nanoseconds: Int64) {
        var index = 0
        while index < Self.boundsNanoseconds.count, nanoseconds > Self.boundsNanoseconds[index] { index += 1 }
        self.counts[index] += 1
        self.sumNanoseconds += nanoseconds
    }

    /// How many values were added.
    package var count: UInt64 { self.counts.reduce(0, +) }
}

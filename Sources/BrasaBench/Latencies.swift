import Histogram

/// A distribution of durations, each kept to within 0.1 %; nanoseconds.
package struct Latencies: Sendable {
    private var histogram = Histogram<UInt64>(numberOfSignificantValueDigits: .three)

    /// An empty one.
    package init() {}

    /// The number of durations.
    package var count: Int { Int(self.histogram.totalCount) }

    /// The longest, exactly; 0 when empty.
    package private(set) var maximum: Int64 = 0

    /// 0 when empty.
    package var mean: Double { self.isEmpty ? 0 : self.histogram.mean }

    package var isEmpty: Bool { self.histogram.totalCount == 0 }

    /// Adds a duration; a negative one counts as 0.
    package mutating func record(_ nanoseconds: Int64, count: Int = 1) {
        self.histogram.record(UInt64(max(0, nanoseconds)), count: UInt64(count))
        self.maximum = max(self.maximum, nanoseconds)
    }

    /// Adds all of another.
    package mutating func add(_ other: Latencies) {
        for value in other.histogram.recordedValues() { self.histogram.record(value.value, count: value.count) }
        self.maximum = max(self.maximum, other.maximum)
    }

    /// The duration that `percent` of all do not exceed, 0 to 100; 0 when empty.
    package func percentile(_ percent: Double) -> Int64 {
        self.isEmpty ? 0 : min(Int64(clamping: self.histogram.valueAtPercentile(percent)), self.maximum)
    }

    /// Points of the curve "latency by percentile", the closer together the nearer to 100.
    package func curve(ticksPerHalf: Int = 8) -> [(percent: Double, nanoseconds: Int64)] {
        guard !self.isEmpty else { return [] }
        return self.histogram.percentiles(ticksPerHalfDistance: ticksPerHalf).map {
            (percent: $0.percentileLevelIteratedTo, nanoseconds: min(Int64(clamping: $0.value), self.maximum))
        }
    }
}

extension Latencies: Codable {
    /// Reads what `encode` wrote: the longest duration, then each one followed by its count.
    package init(from decoder: any Decoder) throws {
        self.init()
        var list = try decoder.unkeyedContainer()
        self.maximum = try list.decode(Int64.self)
        while !list.isAtEnd {
            let (value, count) = (try list.decode(UInt64.self), try list.decode(UInt64.self))
            self.histogram.record(value, count: count)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var list = encoder.unkeyedContainer()
        try list.encode(self.maximum)
        for value in self.histogram.recordedValues() {
            try list.encode(value.value)
            try list.encode(value.count)
        }
    }
}

import Glibc

/// Measured values, sorted.
struct Samples: Sendable {
    let sorted: [Double]

    init(_ values: [Double]) {
        precondition(!values.isEmpty, "a measurement without values")
        self.sorted = values.sorted()
    }

    /// From nanoseconds, in microseconds.
    init(nanoseconds: [UInt64]) {
        self.init(nanoseconds.map { Double($0) / 1_000 })
    }

    var median: Double { self.percentile(0.5) }
    var mean: Double { self.sorted.reduce(0, +) / Double(self.sorted.count) }
    var lowest: Double { self.sorted[0] }
    var highest: Double { self.sorted[self.sorted.count - 1] }

    /// The value that `share` (0.0 to 1.0) of all values do not exceed.
    func percentile(_ share: Double) -> Double {
        self.sorted[min(self.sorted.count - 1, Int(Double(self.sorted.count) * share))]
    }
}

/// Nanoseconds of the clock all times in here are on.
func monotonicNanoseconds() -> UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
}

extension Duration {
    /// Whole and parts of seconds.
    var seconds: Double { Double(self.components.seconds) + Double(self.components.attoseconds) / 1e18 }
}

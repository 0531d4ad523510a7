/// What a measurement tells that can be compared and limited.
enum BenchMetric: String, CaseIterable, Sendable, Encodable, CodingKeyRepresentable {
    case p50, p90, p99, p999, max, mean
    /// Calls a second.
    case rate
    /// CPU time of the function, a call.
    case cpu
    /// CPU time of the host, a call.
    case hostCPU = "host_cpu"
    /// Page faults, a call.
    case faults
    /// Largest resident memory during a call.
    case memory
    /// Calls that failed.
    case errors
    /// Their part of all.
    case errorRate = "error_rate"

    /// What its values are counted in.
    enum Unit: Sendable {
        /// Microseconds.
        case time
        case bytes
        case perSecond
        case count
        /// 0 to 1.
        case share

        /// The units one may write, and how many of the metric's own each is.
        var names: [(name: String, factor: Double)] {
            switch self {
            case .time: [("ns", 0.001), ("us", 1), ("µs", 1), ("ms", 1_000), ("s", 1_000_000)]
            case .bytes: [("B", 1), ("KB", 1_024), ("MB", 1_048_576), ("GB", 1_073_741_824)]
            case .perSecond: [("/s", 1), ("", 1)]
            case .count: [("", 1)]
            case .share: [("%", 0.01), ("", 1)]
            }
        }
    }

    /// - Parameter name: the raw value, or `p99.9`.
    init?(name: String) {
        self.init(rawValue: name == "p99.9" ? "p999" : name)
    }

    var unit: Unit {
        switch self {
        case .p50, .p90, .p99, .p999, .max, .mean, .cpu, .hostCPU: .time
        case .rate: .perSecond
        case .faults: .count
        case .memory: .bytes
        case .errors: .count
        case .errorRate: .share
        }
    }

    /// As reports call it.
    var title: String {
        switch self {
        case .p999: "p99.9"
        case .cpu: "CPU"
        case .hostCPU: "CPU of the host"
        case .faults: "page faults"
        case .memory: "peak memory"
        case .errorRate: "error rate"
        case .p50, .p90, .p99, .max, .mean, .rate, .errors: self.rawValue
        }
    }

    /// A value as people read it.
    func text(_ value: Double) -> String {
        switch self.unit {
        case .time: BenchText.time(value)
        case .bytes: BenchText.memory(Int(value))
        case .perSecond: BenchText.rate(value)
        case .count: value == value.rounded() ? BenchText.grouped(Int(value)) : BenchText.digits(value)
        case .share: "\(BenchText.digits(value * 100)) %"
        }
    }
}

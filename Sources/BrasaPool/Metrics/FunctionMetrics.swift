package import BrasaModel

/// What one function has done since the host started.
///
/// A value, owned by the engine.
package struct FunctionMetrics: Sendable {
    /// Invocations that reached an instance, whatever came of them.
    package private(set) var invocations: UInt64 = 0
    package private(set) var errors: [String: UInt64] = [:]
    package private(set) var throttles: [ThrottleReason: UInt64] = [:]
    package private(set) var coldStarts: UInt64 = 0
    package private(set) var duration = Histogram()
    package private(set) var initialization = Histogram()
    /// Largest resident memory any invocation reported.
    package private(set) var peakMemoryBytes = 0
    /// Metrics of the function's own.
    package private(set) var custom: [CustomSeries: Double] = [:]

    package init() {}

    /// Adds an outcome.
    package mutating func record(_ outcome: Outcome) {
        if case .failure(let failure) = outcome.result {
            if case .throttled(let reason) = failure.kind {
                self.throttles[reason, default: 0] += 1
                return
            }
            self.errors[failure.metricLabel, default: 0] += 1
        }
        guard let report = outcome.report else { return }
        self.invocations += 1
        self.duration.record(nanoseconds: report.durationNanoseconds)
        self.peakMemoryBytes = max(self.peakMemoryBytes, report.peakMemoryBytes)
        if let nanoseconds = report.initNanoseconds {
            self.coldStarts += 1
            self.initialization.record(nanoseconds: nanoseconds)
        }
    }

    /// Adds to a function's own metric: a counter, or an observation kept as sum and count.
    ///
    /// At most 200 series are kept; further ones are dropped, because a function may make up names without end.
    mutating func record(name: String, labels: [MetadataPair], value: Double, isObservation: Bool) {
        let name = Self.name(name)
        let labels = labels.map { (Self.name($0.name), $0.value) }
        if isObservation {
            self.add(CustomSeries(name: name + "_sum", labels: labels), value)
            self.add(CustomSeries(name: name + "_count", labels: labels), 1)
        } else {
            self.add(CustomSeries(name: name, labels: labels), value)
        }
    }

    private mutating func add(_ series: CustomSeries, _ value: Double) {
        guard self.custom[series] != nil || self.custom.count < 200 else { return }
        self.custom[series, default: 0] += value
    }

    /// A name as Prometheus allows it.
    private static func name(_ text: String) -> String {
        let allowed = text.utf8.map { byte -> UInt8 in
            let isFine = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 95
            return isFine ? byte : 95
        }
        return String(decoding: allowed, as: UTF8.self)
    }
}

extension Failure {
    /// A bounded label for metrics.
    package var metricLabel: String {
        switch self.kind {
        case .function: "function"
        case .timeout: "timeout"
        case .crash: "crash"
        case .outOfMemory: "out_of_memory"
        case .initialization: "initialization"
        case .responseTooLarge: "response_too_large"
        case .protocolViolation: "protocol_violation"
        case .throttled: "throttled"
        case .notFound: "not_found"
        case .requestTooLarge: "request_too_large"
        case .stopping: "stopping"
        case .clientLeft: "client_left"
        case .host: "host"
        }
    }
}

/// One series of a function's own metrics.
package struct CustomSeries: Sendable, Hashable {
    package let name: String
    /// Names and values, in the order of the names.
    package let labels: [MetadataPair]

    init(name: String, labels: [(String, String)]) {
        self.name = name
        self.labels = labels.sorted { $0.0 < $1.0 }.map { MetadataPair($0.0, $0.1) }
    }
}

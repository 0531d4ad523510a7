import BrasaBench
import Foundation

/// What `brasa replay --against` prints.
struct ReplayReport: Encodable, Sendable {
    let recorded: String
    let against: String
    let events: [ReplayedEvent]
    let comparison: BenchComparison
    let verdicts: [BenchVerdict]

    init(_ recorded: String, against: String, events: [ReplayedEvent], limits: [BenchLimit]) {
        self.recorded = recorded
        self.against = against
        self.events = events
        let hasControl = events.contains { $0.played.control != nil }
        let comparison = BenchComparison(
            before: BenchSide(name: hasControl ? "now" : "recorded", events.map(\.baseline)),
            after: BenchSide(name: against, events.map(\.played.candidate)), isInterleaved: true)
        self.comparison = comparison
        self.verdicts = limits.map { BenchVerdict($0, comparison) }
    }

    func count(_ verdict: ReplayedEvent.Verdict) -> Int { self.events.count { $0.verdict == verdict } }

    // MARK: - For programs

    private enum CodingKeys: CodingKey {
        case recorded, against, same, different, varies, events, ratios, limits
    }

    /// One event.
    private struct Line: Encodable {
        struct Cost: Encodable {
            let durationUs: Double
            let cpuUs: Double
            let peakMemoryBytes: Int
            let pageFaults: Int
            let cold: Bool
            let errorType: String?

            init(_ outcome: RecordedOutcome) {
                self.durationUs = Double(outcome.durationNanoseconds) / 1_000
                self.cpuUs = Double(outcome.cpuNanoseconds) / 1_000
                self.peakMemoryBytes = outcome.peakMemoryBytes
                self.pageFaults = outcome.pageFaults
                self.cold = outcome.isCold
                self.errorType = outcome.error?.type
            }
        }

        let requestId: String
        let timeMs: Int64
        let verdict: ReplayedEvent.Verdict
        let differences: [ReplyDifference]
        let varying: [ReplyDifference]
        let recorded: Cost
        let now: Cost?
        let candidate: Cost

        init(_ event: ReplayedEvent) {
            self.requestId = event.requestID
            self.timeMs = event.played.event.timeMilliseconds
            self.verdict = event.verdict
            self.differences = event.differences
            self.varying = event.varying
            self.recorded = Cost(event.played.event.outcome)
            self.now = event.played.control.map { Cost($0) }
            self.candidate = Cost(event.played.candidate)
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.recorded, forKey: .recorded)
        try container.encode(self.against, forKey: .against)
        try container.encode(self.count(.same), forKey: .same)
        try container.encode(self.count(.different), forKey: .different)
        try container.encode(self.count(.varies), forKey: .varies)
        try container.encode(self.events.map { Line($0) }, forKey: .events)
        try container.encode(self.comparison.ratios, forKey: .ratios)
        if !self.verdicts.isEmpty { try container.encode(self.verdicts, forKey: .limits) }
    }

    // MARK: - For people

    func text(style: Style) -> String {
        var lines = [style.bold("\(self.recorded): \(self.events.count) recorded events against \(self.against)")]
        for event in self.events where event.verdict == .different {
            lines.append(style.red("  \(event.requestID)  differs"))
            lines += event.differences.prefix(8).map { "    \($0.text)" }
            if event.differences.count > 8 { lines.append("    and \(event.differences.count - 8) more") }
            let (before, after) = (event.baseline, event.played.candidate)
            lines.append(
                "    duration \(Self.time(before)) -> \(Self.time(after)); "
                    + "memory \(BenchText.memory(before.peakMemoryBytes)) -> \(BenchText.memory(after.peakMemoryBytes))"
            )
        }
        let different = "\(self.count(.different)) different"
        lines.append(
            "  \(self.count(.same)) same, \(self.count(.different) > 0 ? style.red(different) : different), "
                + "\(self.count(.varies)) vary by themselves")
        let varying = Set(self.events.flatMap(\.varying).map(\.path)).sorted()
        if !varying.isEmpty {
            lines.append(
                "  not compared, because it differs with the code that answers now too: "
                    + varying.prefix(8).joined(separator: ", ") + (varying.count > 8 ? ", ..." : ""))
        }
        lines.append(self.comparison.text(style: style))
        return (lines + self.verdicts.map { $0.text(style) }).joined(separator: "\n")
    }

    private static func time(_ outcome: RecordedOutcome) -> String {
        BenchText.time(Double(outcome.durationNanoseconds) / 1_000)
    }
}

extension BenchSide {
    /// The answers of events, each of which counts as a round.
    fileprivate init(name: String, _ outcomes: [RecordedOutcome]) {
        var times = Latencies()
        for outcome in outcomes { times.record(outcome.durationNanoseconds) }
        func mean(_ value: (RecordedOutcome) -> Double) -> Double {
            outcomes.isEmpty ? 0 : outcomes.reduce(0) { $0 + value($1) } / Double(outcomes.count)
        }
        let errors = outcomes.count { $0.error != nil }
        self.init(
            name: name,
            values: [
                .p50: Double(times.percentile(50)) / 1_000, .p90: Double(times.percentile(90)) / 1_000,
                .p99: Double(times.percentile(99)) / 1_000, .max: Double(times.maximum) / 1_000,
                .mean: mean { Double($0.durationNanoseconds) } / 1_000,
                .cpu: mean { Double($0.cpuNanoseconds) } / 1_000,
                .faults: mean { Double($0.pageFaults) },
                .memory: Double(outcomes.map(\.peakMemoryBytes).max() ?? 0), .errors: Double(errors),
                .errorRate: outcomes.isEmpty ? 0 : Double(errors) / Double(outcomes.count),
            ],
            rounds: outcomes.map { outcome in
                [.mean: Double(outcome.durationNanoseconds) / 1_000, .memory: Double(outcome.peakMemoryBytes)]
            })
    }
}

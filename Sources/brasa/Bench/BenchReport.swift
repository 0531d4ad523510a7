import BrasaBench
import Foundation

/// What `brasa bench` prints about a measurement.
struct BenchReport: Encodable, Sendable {
    let function: String
    let mode: BenchMode
    let connections: Int
    /// Calls a second that were asked for; nil in a closed loop.
    let targetRatePerS: Double?
    let warmUpS: Double
    let figures: BenchFigures
    /// With what the function was compared.
    let comparison: BenchComparison?
    /// Of the library it was compared with.
    let otherFigures: BenchFigures?
    let verdicts: [BenchVerdict]

    /// - Parameters:
    ///   - result: of the function.
    ///   - other: what it was compared with, and its result when that was measured too.
    init(
        _ function: String, mode: BenchMode, plan: LoadPlan, result: LoadResult,
        other: (BenchOther, LoadResult?)? = nil, limits: [BenchLimit] = []
    ) {
        self.function = function
        self.mode = mode
        self.connections = plan.connections
        self.targetRatePerS = plan.ratePerSecond
        self.warmUpS = Double(plan.warmUpNanoseconds) / 1e9
        let figures = BenchFigures(result, isCold: mode == .cold)
        let otherFigures = other?.1.map { BenchFigures($0, isCold: mode == .cold) }
        self.figures = figures
        self.otherFigures = otherFigures
        let comparison: BenchComparison?
        switch other?.0 {
        case .library(let name, _):
            comparison = otherFigures.map {
                BenchComparison(
                    before: BenchSide(name: function, figures), after: BenchSide(name: name, $0), isInterleaved: true)
            }
        case .measurement(let side):
            comparison = BenchComparison(
                before: side, after: BenchSide(name: "\(function) now", figures), isInterleaved: false)
        case nil: comparison = nil
        }
        self.comparison = comparison
        let own = BenchSide(name: function, figures)
        self.verdicts = limits.map { limit in
            comparison.map { BenchVerdict(limit, $0) } ?? BenchVerdict(limit: limit, value: own.values[limit.metric])
        }
    }

    /// What `brasa bench` compared a function with.
    private struct Compared: Encodable {
        let before: String
        let after: String
        let ratios: [BenchMetric: Ratio]
        /// Of `after`, when that is a library.
        let figures: BenchFigures?
    }

    private enum CodingKeys: String, CodingKey {
        case function, mode, connections, targetRatePerS, warmUpS, compare, limits
    }

    /// One flat object.
    func encode(to encoder: any Encoder) throws {
        try self.figures.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.function, forKey: .function)
        try container.encode(self.mode, forKey: .mode)
        try container.encode(self.connections, forKey: .connections)
        try container.encodeIfPresent(self.targetRatePerS, forKey: .targetRatePerS)
        try container.encode(self.warmUpS, forKey: .warmUpS)
        if let comparison = self.comparison {
            try container.encode(
                Compared(
                    before: comparison.before.name, after: comparison.after.name, ratios: comparison.ratios,
                    figures: self.otherFigures), forKey: .compare)
        }
        if !self.verdicts.isEmpty { try container.encode(self.verdicts, forKey: .limits) }
    }

    // MARK: - For people

    /// The report as text.
    func text(style: Style) -> String {
        var lines = [style.bold(self.title)]
        if let comparison = self.comparison {
            lines.append(comparison.text(style: style))
        } else {
            lines += self.figureLines(style)
        }
        if let other = self.otherFigures, other.versionStart != nil || self.figures.versionStart != nil {
            lines += [(self.function, self.figures), (self.comparison?.after.name ?? "", other)].compactMap {
                name, figures in
                figures.versionStart.map { "starting \(name): \(Self.text($0))" }
            }
        }
        return (lines + self.verdicts.map { $0.text(style) }).joined(separator: "\n")
    }

    private func figureLines(_ style: Style) -> [String] {
        var lines: [String] = []
        lines.append("  calls        \(self.callsText(style))")
        lines.append("  latency      \(Self.text(self.figures.latencyUs))")
        if let times = self.figures.functionUs { lines.append("  in function  \(Self.text(times))") }
        if let costs = self.costsText { lines.append("  each costs   \(costs)") }
        if let cold = self.figures.coldStart { lines += self.coldLines(cold) }
        if let start = self.figures.versionStart { lines.append("  new version  \(Self.text(start))") }
        if self.figures.neverBegun > 0 {
            lines.append(
                style.yellow(
                    "  \(BenchText.grouped(self.figures.neverBegun)) calls that were due never began: the rate is more "
                        + "than \(self.connections) calls at once can do. They count with the time they had waited."))
        }
        return lines
    }

    /// What was measured, and how.
    var title: String {
        let pace =
            self.targetRatePerS.map { "open loop at \(BenchText.rate($0)), up to \(self.connections) at once" }
            ?? "closed loop, \(self.connections) at once"
        let place =
            switch self.mode {
            case .warm: "warm, inside the host"
            case .cold: "cold, inside the host"
            case .http: "over HTTP"
            }
        let name =
            self.otherFigures == nil ? self.function : "\(self.function) against \(self.comparison?.after.name ?? "")"
        return "\(name): \(place); \(pace); \(BenchText.seconds(self.figures.durationS)) "
            + "after \(BenchText.seconds(self.warmUpS)) to warm up"
    }

    private func callsText(_ style: Style) -> String {
        let figures = self.figures
        var text = "\(BenchText.grouped(figures.invocations)), \(BenchText.rate(figures.ratePerS))"
        if figures.errors == 0 {
            text += ", no errors"
        } else {
            let types = figures.errorsByType.sorted { $0.value > $1.value }.map { "\($0.key) \($0.value)" }
            text += style.red(", \(BenchText.grouped(figures.errors)) errors: \(types.joined(separator: ", "))")
        }
        if self.mode != .cold, figures.coldStarts > 0 {
            text += ", \(BenchText.grouped(figures.coldStarts)) cold starts (not in the latency)"
        }
        return text
    }

    private static func text(_ times: BenchFigures.Times) -> String {
        "p50 \(BenchText.time(times.p50))   p90 \(BenchText.time(times.p90))   p99 \(BenchText.time(times.p99))   "
            + "p99.9 \(BenchText.time(times.p999))   max \(BenchText.time(times.max))"
    }

    private static func text(_ start: BenchFigures.VersionStart) -> String {
        func time(_ span: Span) -> String { BenchText.time(span.median) }
        var phases = ["exec \(time(start.execUs))", "load \(time(start.loadUs))"]
        if let constructors = start.constructorsUs { phases.append("constructors \(time(constructors))") }
        phases += ["init \(time(start.initUs))", "other \(time(start.otherUs))"]
        let count = start.count > 1 ? " (medians of \(start.count))" : ""
        return "\(time(start.totalUs)): \(phases.joined(separator: ", "))\(count)"
    }

    private var costsText: String? {
        let figures = self.figures
        guard let cpu = figures.cpuUsPerInvocation, let faults = figures.pageFaultsPerInvocation,
            let memory = figures.peakMemoryBytes
        else { return nil }
        let host = figures.hostCpuUsPerInvocation.map { ", of the host \(BenchText.time($0))" } ?? ""
        return "CPU \(BenchText.time(cpu))\(host); \(BenchText.digits(faults)) page faults; "
            + "peak memory \(BenchText.memory(memory))"
    }

    private func coldLines(_ cold: BenchFigures.ColdStart) -> [String] {
        var lines = ["  of it        fork        \(Self.text(cold.forkUs))"]
        if let load = cold.loadUs { lines.append("               load        \(Self.text(load))") }
        if let initialization = cold.initUs { lines.append("               init        \(Self.text(initialization))") }
        lines.append("               set-up      \(Self.text(cold.setUpUs))")
        lines.append("               thaw        \(Self.text(cold.thawUs))")
        lines.append("               first call  \(Self.text(cold.firstCallUs))")
        return lines
    }
}

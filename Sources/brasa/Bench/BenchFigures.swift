import BrasaBench
import BrasaModel
import Foundation

/// The figures of one measurement, as `brasa bench --json` prints them; times in microseconds.
struct BenchFigures: Codable, Sendable {
    /// A distribution of times.
    struct Times: Codable, Sendable, Hashable {
        let p50: Double
        let p90: Double
        let p99: Double
        let p999: Double
        let max: Double
        let mean: Double

        init(_ latencies: Latencies) {
            self.p50 = microseconds(latencies.percentile(50))
            self.p90 = microseconds(latencies.percentile(90))
            self.p99 = microseconds(latencies.percentile(99))
            self.p999 = microseconds(latencies.percentile(99.9))
            self.max = microseconds(latencies.maximum)
            self.mean = rounded(latencies.mean / 1_000)
        }

        /// By the names of their keys.
        var byName: [String: Double] {
            [
                "p50": self.p50, "p90": self.p90, "p99": self.p99, "p999": self.p999, "max": self.max,
                "mean": self.mean,
            ]
        }
    }

    /// One part of the measured time.
    struct Round: Codable, Sendable {
        let invocations: Int
        let errors: Int
        let ratePerS: Double
        let latencyUs: Times
        let cpuUsPerInvocation: Double?
        let pageFaultsPerInvocation: Double?
        let peakMemoryBytes: Int?
    }

    /// Where the time of a cold start goes.
    struct ColdStart: Codable, Sendable {
        let forkUs: Times
        /// nil unless instances load the library themselves (isolation exec).
        let loadUs: Times?
        let initUs: Times?
        let setUpUs: Times
        let thawUs: Times
        let firstCallUs: Times
    }

    /// Where the time of starting a new version goes, until it can have instances.
    struct VersionStart: Codable, Sendable {
        /// Starts that were measured.
        let count: Int
        /// Until the worker program ran.
        let execUs: Span
        /// Mapping and relocating the library and what it needs.
        let loadUs: Span
        /// nil when they cannot be told from loading.
        let constructorsUs: Span?
        let initUs: Span
        /// Confinement, `freeze`, looking for threads and descriptors, messages.
        let otherUs: Span
        let totalUs: Span

        /// nil without any start.
        init?(_ starts: [VersionStartPhases]) {
            func span(_ phase: (VersionStartPhases) -> Int64) -> Span? { Span(starts.map { microseconds(phase($0)) }) }
            guard let exec = span(\.exec), let load = span(\.load), let initialization = span(\.initialization),
                let other = span(\.other), let total = span(\.total)
            else { return nil }
            let constructors = starts.compactMap(\.constructors).map(microseconds)
            self.count = starts.count
            self.execUs = exec
            self.loadUs = load
            self.constructorsUs = constructors.count == starts.count ? Span(constructors) : nil
            self.initUs = initialization
            self.otherUs = other
            self.totalUs = total
        }
    }

    let invocations: Int
    let errors: Int
    /// Errors by what went wrong.
    let errorsByType: [String: Int]
    /// Calls that were due at the rate asked for and never began, because the function did not keep up.
    let neverBegun: Int
    let durationS: Double
    let ratePerS: Double
    /// Of warm calls, or in the mode cold of cold ones; failed ones are left out.
    let latencyUs: Times
    /// Time inside the function.
    let functionUs: Times?
    let cpuUsPerInvocation: Double?
    let pageFaultsPerInvocation: Double?
    let hostCpuUsPerInvocation: Double?
    /// Largest resident memory of an instance during a call.
    let peakMemoryBytes: Int?
    /// Calls for which an instance was made.
    let coldStarts: Int
    let coldStart: ColdStart?
    /// Starts of the version beside the calls; nil but in the mode cold.
    let versionStart: VersionStart?
    let rounds: [Round]
    /// Latency by percentile: pairs of both, ascending.
    let percentilesUs: [[Double]]

    /// - Parameter isCold: whether cold calls are what was to be measured.
    init(_ result: LoadResult, isCold: Bool) {
        let total = result.total
        let seconds = Double(result.durationNanoseconds) / 1e9
        let reported = Double(total.reported)
        self.invocations = total.invocations
        self.errors = total.errorCount
        self.errorsByType = total.errors
        self.neverBegun = total.neverBegun
        self.durationS = rounded(seconds, digits: 3)
        self.ratePerS = rounded(seconds > 0 ? Double(total.invocations) / seconds : 0, digits: 1)
        self.latencyUs = Times(isCold ? total.cold : total.warm)
        self.functionUs = total.inFunction.isEmpty ? nil : Times(total.inFunction)
        let hasCosts = total.reported > 0
        self.cpuUsPerInvocation = hasCosts ? rounded(Double(total.cpuNanoseconds) / reported / 1_000) : nil
        self.pageFaultsPerInvocation = hasCosts ? rounded(Double(total.pageFaults) / reported) : nil
        self.hostCpuUsPerInvocation =
            total.invocations == 0
            ? nil : result.hostCPUNanoseconds.map { rounded(Double($0) / Double(total.invocations) / 1_000) }
        self.peakMemoryBytes = hasCosts ? total.peakMemoryBytes : nil
        self.coldStarts = max(total.cold.count, total.fork.count)
        self.coldStart =
            isCold && !total.fork.isEmpty
            ? ColdStart(
                forkUs: Times(total.fork), loadUs: total.load.maximum > 0 ? Times(total.load) : nil,
                initUs: total.initialization.maximum > 0 ? Times(total.initialization) : nil,
                setUpUs: Times(total.setUp), thawUs: Times(total.thaw), firstCallUs: Times(total.firstCall)) : nil
        self.versionStart = VersionStart(result.starts)
        let roundSeconds = seconds / Double(max(1, result.rounds.count))
        self.rounds = result.rounds.map { round in
            Round(
                invocations: round.invocations, errors: round.errorCount,
                ratePerS: rounded(roundSeconds > 0 ? Double(round.invocations) / roundSeconds : 0, digits: 1),
                latencyUs: Times(isCold ? round.cold : round.warm),
                cpuUsPerInvocation: round.reported > 0
                    ? rounded(Double(round.cpuNanoseconds) / Double(round.reported) / 1_000) : nil,
                pageFaultsPerInvocation: round.reported > 0
                    ? rounded(Double(round.pageFaults) / Double(round.reported)) : nil,
                peakMemoryBytes: round.reported > 0 ? round.peakMemoryBytes : nil)
        }
        self.percentilesUs = (isCold ? total.cold : total.warm).curve(ticksPerHalf: 4).map {
            [rounded($0.percent, digits: 5), microseconds($0.nanoseconds)]
        }
    }
}

private func microseconds(_ nanoseconds: Int64) -> Double { rounded(Double(nanoseconds) / 1_000) }

private func rounded(_ value: Double, digits: Int = 2) -> Double {
    let factor = pow(10, Double(digits))
    return (value * factor).rounded() / factor
}

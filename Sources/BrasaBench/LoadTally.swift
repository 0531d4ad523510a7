import BrasaModel

/// The sum of many calls.
package struct LoadTally: Sendable, Codable {
    /// Calls that were answered.
    package private(set) var invocations = 0
    /// Those of them that failed, by the name of what went wrong.
    package private(set) var errors: [String: Int] = [:]
    /// Calls that were due and never began; each counts in `warm` with the time it had waited at the end.
    package private(set) var neverBegun = 0
    /// Latencies of calls without an error that found an instance.
    package private(set) var warm = Latencies()
    /// Latencies of calls without an error for which an instance was made.
    package private(set) var cold = Latencies()
    /// Time inside the function, of all that told.
    package private(set) var inFunction = Latencies()
    /// Calls that told what they cost.
    package private(set) var reported = 0
    package private(set) var cpuNanoseconds: Int64 = 0
    package private(set) var pageFaults = 0
    package private(set) var peakMemoryBytes = 0
    package private(set) var fork = Latencies()
    package private(set) var load = Latencies()
    package private(set) var initialization = Latencies()
    package private(set) var setUp = Latencies()
    package private(set) var thaw = Latencies()
    /// Time inside the function of the first call of an instance.
    package private(set) var firstCall = Latencies()

    /// Nothing yet.
    package init() {}

    package var errorCount: Int { self.errors.values.reduce(0, +) }

    /// Adds a call.
    package mutating func record(_ sample: LoadSample) {
        self.invocations += 1
        if let error = sample.error {
            self.errors[error, default: 0] += 1
        } else if sample.isCold {
            self.cold.record(sample.latencyNanoseconds)
        } else {
            self.warm.record(sample.latencyNanoseconds)
        }
        guard let report = sample.report else { return }
        self.reported += 1
        self.cpuNanoseconds += report.cpuNanoseconds
        self.pageFaults += report.pageFaults
        self.peakMemoryBytes = max(self.peakMemoryBytes, report.peakMemoryBytes)
        self.inFunction.record(report.durationNanoseconds)
        guard let phases = report.coldStart else { return }
        self.fork.record(phases.fork)
        self.load.record(phases.load)
        self.initialization.record(phases.initialization)
        self.setUp.record(phases.setUp)
        self.thaw.record(phases.thaw)
        self.firstCall.record(report.durationNanoseconds)
    }

    /// Adds a call that was due and never began.
    package mutating func recordNeverBegun(waitedNanoseconds: Int64) {
        self.neverBegun += 1
        self.warm.record(waitedNanoseconds)
    }

    /// Adds all of another.
    package mutating func add(_ other: LoadTally) {
        self.invocations += other.invocations
        self.errors.merge(other.errors, uniquingKeysWith: +)
        self.neverBegun += other.neverBegun
        self.warm.add(other.warm)
        self.cold.add(other.cold)
        self.inFunction.add(other.inFunction)
        self.reported += other.reported
        self.cpuNanoseconds += other.cpuNanoseconds
        self.pageFaults += other.pageFaults
        self.peakMemoryBytes = max(self.peakMemoryBytes, other.peakMemoryBytes)
        self.fork.add(other.fork)
        self.load.add(other.load)
        self.initialization.add(other.initialization)
        self.setUp.add(other.setUp)
        self.thaw.add(other.thaw)
        self.firstCall.add(other.firstCall)
    }

    /// Takes over what another knows about costs and this one, which saw the calls from outside, does not.
    package mutating func takeCosts(from other: LoadTally) {
        self.reported = other.reported
        self.cpuNanoseconds = other.cpuNanoseconds
        self.pageFaults = other.pageFaults
        self.peakMemoryBytes = other.peakMemoryBytes
        self.inFunction = other.inFunction
    }
}

package import BrasaModel

/// What a load has shown.
package struct LoadResult: Sendable, Codable {
    /// Each part of the measured time.
    package var rounds: [LoadTally]
    /// The measured time, up to the last answer.
    package var durationNanoseconds: UInt64
    /// CPU time of the host's own process over the measured time; nil when it is not known.
    package var hostCPUNanoseconds: Int64?
    /// Starts of the version that were measured beside the calls.
    package var starts: [VersionStartPhases] = []

    package init(rounds: [LoadTally], durationNanoseconds: UInt64, hostCPUNanoseconds: Int64? = nil) {
        self.rounds = rounds
        self.durationNanoseconds = durationNanoseconds
        self.hostCPUNanoseconds = hostCPUNanoseconds
    }

    /// All rounds in one.
    package var total: LoadTally {
        var total = LoadTally()
        for round in self.rounds { total.add(round) }
        return total
    }

    /// Adds another that was measured later.
    package mutating func append(_ other: LoadResult) {
        self.rounds += other.rounds
        self.durationNanoseconds += other.durationNanoseconds
        if let cpu = other.hostCPUNanoseconds { self.hostCPUNanoseconds = (self.hostCPUNanoseconds ?? 0) + cpu }
        self.starts += other.starts
    }

    /// Takes over what another knows about costs and this one, which saw the calls from outside, does not.
    ///
    /// Both have the same number of rounds.
    package mutating func takeCosts(from other: LoadResult) {
        for index in self.rounds.indices where index < other.rounds.count {
            self.rounds[index].takeCosts(from: other.rounds[index])
        }
        self.hostCPUNanoseconds = other.hostCPUNanoseconds
    }
}

/// How far a load has come.
package struct LoadProgress: Sendable, Hashable, Codable {
    package var elapsedNanoseconds: UInt64
    /// Warming up and measuring together.
    package var plannedNanoseconds: UInt64
    package var isWarmingUp: Bool
    /// Since the start, and since the last word.
    package var invocations: Int
    package var errors: Int
    package var ratePerSecond: Double
    /// Since the last word; 0 when nothing was answered.
    package var medianNanoseconds: Int64
    package var p99Nanoseconds: Int64

    package init(
        elapsedNanoseconds: UInt64, plannedNanoseconds: UInt64, isWarmingUp: Bool, invocations: Int, errors: Int,
        ratePerSecond: Double, medianNanoseconds: Int64, p99Nanoseconds: Int64
    ) {
        self.elapsedNanoseconds = elapsedNanoseconds
        self.plannedNanoseconds = plannedNanoseconds
        self.isWarmingUp = isWarmingUp
        self.invocations = invocations
        self.errors = errors
        self.ratePerSecond = ratePerSecond
        self.medianNanoseconds = medianNanoseconds
        self.p99Nanoseconds = p99Nanoseconds
    }
}

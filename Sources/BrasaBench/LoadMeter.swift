import Glibc

/// Keeps pace and books: what every driver of a load does, whatever it calls.
///
/// Times are nanoseconds of a monotonic clock.
package struct LoadMeter: Sendable {
    package private(set) var pacer: LoadPacer
    private var rounds: [LoadTally]
    private var recent = Latencies()
    private var recentSince: UInt64
    private var invocations = 0
    private var errors = 0
    private var cpuAtStart: Int64?
    private var lastAnswerAt: UInt64

    package init(_ plan: LoadPlan, now: UInt64) {
        self.pacer = LoadPacer(plan, now: now)
        self.rounds = Array(repeating: LoadTally(), count: max(1, plan.rounds))
        self.recentSince = now
        self.lastAnswerAt = now
    }

    /// Begins a call if one is due; the time its latency counts from, or nil.
    package mutating func begin(now: UInt64) -> UInt64? {
        if self.cpuAtStart == nil, now >= self.pacer.measuredFrom { self.beginMeasuring() }
        return self.pacer.begin(now: now)
    }

    /// The measured time has begun.
    mutating func beginMeasuring() { self.cpuAtStart = Self.processCPU() }

    /// Counts a call that somebody else has made.
    mutating func observe(_ sample: LoadSample, now: UInt64) {
        guard now >= self.pacer.measuredFrom, now < self.pacer.endsAt else { return }
        self.rounds[self.pacer.round(of: now)].record(sample)
    }

    /// A call that was to begin at `intended` has ended.
    package mutating func end(intended: UInt64, sample: LoadSample, now: UInt64) {
        self.pacer.end(now: now)
        self.invocations += 1
        if sample.error != nil { self.errors += 1 }
        self.recent.record(sample.latencyNanoseconds)
        guard intended >= self.pacer.measuredFrom else { return }
        self.lastAnswerAt = now
        self.rounds[self.pacer.round(of: intended)].record(sample)
    }

    /// How it goes; call it a few times a second.
    package mutating func progress(now: UInt64) -> LoadProgress {
        let seconds = Double(now - min(now, self.recentSince)) / 1e9
        let progress = LoadProgress(
            elapsedNanoseconds: now - self.pacer.startedAt,
            plannedNanoseconds: self.pacer.endsAt - self.pacer.startedAt, isWarmingUp: now < self.pacer.measuredFrom,
            invocations: self.invocations, errors: self.errors,
            ratePerSecond: seconds > 0 ? Double(self.recent.count) / seconds : 0,
            medianNanoseconds: self.recent.percentile(50), p99Nanoseconds: self.recent.percentile(99))
        self.recent = Latencies()
        self.recentSince = now
        return progress
    }

    /// What it has shown, once `pacer.isOver`.
    package mutating func result() -> LoadResult {
        for time in self.pacer.neverBegun() {
            self.rounds[self.pacer.round(of: time)]
                .recordNeverBegun(waitedNanoseconds: Int64(self.pacer.endsAt - time))
        }
        let end = max(self.pacer.endsAt, self.lastAnswerAt)
        return LoadResult(
            rounds: self.rounds, durationNanoseconds: end - self.pacer.measuredFrom,
            hostCPUNanoseconds: self.cpuAtStart.map { Self.processCPU() - $0 })
    }

    private static func processCPU() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// Decides when calls begin: no I/O and no clock of its own.
///
/// Times are nanoseconds of a monotonic clock.
///
/// In an open loop each call has a time at which it was to begin, and its latency counts from there. A call that has to wait
/// because too many are under way therefore shows the wait: leaving it out would hide exactly the moments in which the
/// function was slow ("coordinated omission").
package struct LoadPacer: Sendable {
    package let plan: LoadPlan
    package let startedAt: UInt64
    /// When measuring begins.
    package let measuredFrom: UInt64
    /// When no further call begins.
    package let endsAt: UInt64
    package private(set) var underWay = 0
    /// When each of the closed loop's places may be taken again, in order.
    private var places: [UInt64]
    /// Calls that have begun, or in an open loop the index of the next one.
    private var begun = 0

    /// - Parameter now: when the first call is to begin.
    package init(_ plan: LoadPlan, now: UInt64) {
        precondition(plan.connections > 0 && plan.durationNanoseconds > 0)
        self.plan = plan
        self.startedAt = now
        self.measuredFrom = now + plan.warmUpNanoseconds
        self.endsAt = self.measuredFrom + plan.durationNanoseconds
        self.places = Array(repeating: now, count: plan.ratePerSecond == nil ? plan.connections : 0)
    }

    /// Begins a call if one is due and there is room; the time its latency counts from, or nil.
    package mutating func begin(now: UInt64) -> UInt64? {
        guard self.underWay < self.plan.connections else { return nil }
        guard self.plan.ratePerSecond != nil else {
            guard now < self.endsAt, let place = self.places.first, place <= now else { return nil }
            self.places.removeFirst()
            self.underWay += 1
            self.begun += 1
            return now
        }
        let intended = self.intended(self.begun)
        guard intended <= now, intended < self.endsAt, now < self.endsAt else { return nil }
        self.underWay += 1
        self.begun += 1
        return intended
    }

    /// A call was answered.
    package mutating func end(now: UInt64) {
        self.underWay -= 1
        if self.plan.ratePerSecond == nil { self.places.append(now + self.plan.pauseNanoseconds) }
    }

    /// When `begin` is worth asking again, other than after an answer; nil: never.
    package func next(now: UInt64) -> UInt64? {
        guard now < self.endsAt else { return nil }
        guard self.plan.ratePerSecond != nil else {
            return self.places.first.flatMap { $0 > now && $0 < self.endsAt ? $0 : nil }
        }
        guard self.underWay < self.plan.connections else { return nil }
        let intended = self.intended(self.begun)
        return intended < self.endsAt ? max(intended, now) : nil
    }

    /// Whether everything has been begun and answered.
    package func isOver(now: UInt64) -> Bool { now >= self.endsAt && self.underWay == 0 }

    /// The times of calls that were due in the measured time and never began, because too many were under way.
    package func neverBegun() -> [UInt64] {
        guard self.plan.ratePerSecond != nil else { return [] }
        var times: [UInt64] = []
        var index = self.begun
        while case let time = self.intended(index), time < self.endsAt {
            if time >= self.measuredFrom { times.append(time) }
            index += 1
        }
        return times
    }

    /// The part of the measured time a moment lies in.
    package func round(of time: UInt64) -> Int {
        guard time > self.measuredFrom else { return 0 }
        let part = Double(time - self.measuredFrom) / Double(self.plan.durationNanoseconds)
        return min(self.plan.rounds - 1, Int(part * Double(self.plan.rounds)))
    }

    private func intended(_ index: Int) -> UInt64 {
        self.startedAt + UInt64(Double(index) * 1e9 / (self.plan.ratePerSecond ?? 1))
    }
}

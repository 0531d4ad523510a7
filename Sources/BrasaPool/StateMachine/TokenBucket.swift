/// A rate that refills continuously and does not accrue beyond its capacity.
///
/// Pure; times are nanoseconds.
package struct TokenBucket: Sendable {
    package private(set) var capacity: Int
    package private(set) var perSecond: Int
    private var tokens: Double
    private var updatedAt: UInt64?

    /// A full bucket.
    package init(capacity: Int, perSecond: Int) {
        self.capacity = capacity
        self.perSecond = perSecond
        self.tokens = Double(capacity)
    }

    /// Whether there is a token to take.
    ///
    /// A clock that goes back counts as standing still.
    package mutating func has(now: UInt64) -> Bool {
        if let updatedAt, now > updatedAt {
            let refill = Double(now - updatedAt) / 1_000_000_000 * Double(self.perSecond)
            self.tokens = min(Double(self.capacity), self.tokens + refill)
        }
        self.updatedAt = max(now, self.updatedAt ?? now)
        return self.tokens >= 1
    }

    /// Takes one token; false when there is none.
    package mutating func take(now: UInt64) -> Bool {
        guard self.has(now: now) else { return false }
        self.tokens -= 1
        return true
    }

    /// Changes the rate; what was taken before stays taken.
    package mutating func resize(capacity: Int, perSecond: Int) {
        self.tokens = max(0, min(self.tokens, Double(self.capacity)) + Double(capacity - self.capacity))
        self.capacity = capacity
        self.perSecond = perSecond
    }
}

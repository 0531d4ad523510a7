/// A rate that refills continuously and does not accrue beyond its capacity.
///
/// Pure; times are nanoseconds.
package struct TokenBucket: Sendable {
    package let capacity: Int
    package let perSecond: Int
    private var tokens: Double
    private var updatedAt: UInt64?

    /// A full bucket.
    package init(capacity: Int, perSecond: Int) {
        self.capacity = capacity
        self.perSecond = perSecond
        self.tokens = Double(capacity)
    }

    /// Takes one token; false when there is none.
    ///
    /// A clock that goes back counts as standing still.
    package mutating func take(now: UInt64) -> Bool {
        if let updatedAt, now > updatedAt {
            let refill = Double(now - updatedAt) / 1_000_000_000 * Double(self.perSecond)
            self.tokens = min(Double(self.capacity), self.tokens + refill)
        }
        self.updatedAt = max(now, self.updatedAt ?? now)
        guard self.tokens >= 1 else { return false }
        self.tokens -= 1
        return true
    }
}

import BrasaModel

/// What is in memory of one stored event; ordered by the time at which something has to happen with it.
///
/// A million of these may wait, so it is kept to a few dozen bytes.
struct AsyncWaitingEvent: Comparable {
    let id: Int64
    let storedAt: Int64
    private(set) var nextAttemptAt: Int64
    /// When it has to be looked at: at its next attempt, or earlier at the age at which it is given up.
    var key: Int64
    private let storedPayloadBytes: UInt32
    private var storedFailedAttempts: UInt8
    /// Refusals in a row, up to 255.
    private(set) var refusals: UInt8 = 0
    private(set) var lastRefusal: AsyncRefusal?

    init(id: Int64, storedAt: Int64, nextAttemptAt: Int64, failedAttempts: Int, payloadBytes: Int) {
        self.id = id
        self.storedAt = storedAt
        self.nextAttemptAt = nextAttemptAt
        self.key = nextAttemptAt
        self.storedPayloadBytes = UInt32(clamping: payloadBytes)
        self.storedFailedAttempts = UInt8(clamping: failedAttempts)
    }

    var payloadBytes: Int { Int(self.storedPayloadBytes) }

    /// Attempts that ended with a function error.
    var failedAttempts: Int {
        get { Int(self.storedFailedAttempts) }
        set { self.storedFailedAttempts = UInt8(clamping: newValue) }
    }

    static func < (left: AsyncWaitingEvent, right: AsyncWaitingEvent) -> Bool {
        (left.key, left.id) < (right.key, right.id)
    }

    /// The time for `key`.
    func dueTime(policy: AsyncPolicy?, now: Int64) -> Int64 {
        guard let policy else { return now }
        return min(self.nextAttemptAt, self.storedAt + policy.maximumAgeMilliseconds)
    }

    /// Why it is not to be tried (again); nil: it is.
    func deathReason(policy: AsyncPolicy?, now: Int64) -> AsyncDeath.Reason? {
        guard let policy else { return .functionNotFound }
        if now - self.storedAt >= policy.maximumAgeMilliseconds { return .eventAgeExceeded }
        return policy.isSwitchedOff ? .zeroReservedConcurrency : nil
    }

    mutating func noteFailure(failedAttempts: Int, nextAttemptAt: Int64) {
        self.failedAttempts = failedAttempts
        self.nextAttemptAt = nextAttemptAt
        self.refusals = 0
        self.lastRefusal = nil
    }

    mutating func noteRefusal(_ refusal: AsyncRefusal, _ configuration: AsyncDeliveryConfiguration, now: Int64) {
        let longest = configuration.maximumRefusalDelayMilliseconds
        var delay = configuration.refusalDelayMilliseconds
        for _ in 0..<self.refusals where delay < longest { delay *= 2 }
        self.nextAttemptAt = now + min(delay, longest)
        self.lastRefusal = refusal
        if self.refusals < .max { self.refusals += 1 }
    }
}

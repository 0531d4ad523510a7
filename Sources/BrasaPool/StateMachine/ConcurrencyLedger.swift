package import BrasaModel

/// The account's concurrency: who may run how much at once.
///
/// Pure; times are nanoseconds of a monotonic clock.
///
/// Order of admission, as on AWS: a free provisioned instance of the version, then the function's reserved concurrency less
/// what it has provisioned, then the account's unreserved rest.
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
package struct ConcurrencyLedger: Sendable {
    /// What an admitted invocation counts against; hand it back with `release`.
    package enum Admission: Sendable, Hashable {
        case provisioned
        case reserved
        case unreserved
    }

    /// What `admit` decided.
    package enum Decision: Sendable, Hashable {
        case admitted(Admission)
        case throttled(ThrottleReason)
    }

    /// Instances the account may run at once.
    package let accountLimit: Int
    /// Whether AWS's rates apply (`limits.profile: aws`): ten requests per second and unit of concurrency, and the scaling
    /// rate.
    package let limitsRates: Bool
    var functions: [String: Function] = [:]
    var unreservedInFlight = 0
    private var accountRequests: TokenBucket
    /// Reserved by functions, and provisioned by functions that reserve nothing.
    private(set) var setApart = 0

    /// - Parameters:
    ///   - accountLimit: instances of all functions that may run at once.
    ///   - limitsRates: whether AWS's rates apply too.
    package init(accountLimit: Int, limitsRates: Bool) {
        self.accountLimit = accountLimit
        self.limitsRates = limitsRates
        self.accountRequests = .requests(concurrency: accountLimit)
    }

    /// Asks for room for one invocation.
    ///
    /// - Parameter isGrowing: it would run in an instance that has not run anything yet, which the scaling rate counts.
    package mutating func admit(_ key: VersionKey, isGrowing: Bool = false, now: UInt64) -> Decision {
        // A candidate counts against the account alone, whatever its function has set apart.
        var own: Decision?
        // By its place: most functions have nothing set apart, and changing a value by its key costs three allocations.
        if !key.isCandidate, let place = self.functions.index(forKey: key.function) {
            own = self.functions.values[place].admit(key, isGrowing: isGrowing, now: self.limitsRates ? now : nil)
        }
        return own ?? self.admitUnreserved(key, isGrowing: isGrowing, now: now)
    }

    private mutating func admitUnreserved(_ key: VersionKey, isGrowing: Bool, now: UInt64) -> Decision {
        guard self.unreservedInFlight < self.accountLimit - self.setApart else {
            return .throttled(.concurrentInvocationLimitExceeded)
        }
        if self.limitsRates {
            guard self.accountRequests.has(now: now) else { return .throttled(.functionInvocationRateLimitExceeded) }
            if isGrowing, !self.functions[key.function, default: Function()].growth.take(now: now) {
                return .throttled(.functionInvocationRateLimitExceeded)
            }
            _ = self.accountRequests.take(now: now)
        }
        self.unreservedInFlight += 1
        return .admitted(.unreserved)
    }

    /// Gives back what `admit` gave.
    package mutating func release(_ admission: Admission, _ key: VersionKey) {
        switch admission {
        case .unreserved: self.unreservedInFlight -= 1
        case .reserved, .provisioned: self.functions[key.function]?.release(admission, key)
        }
    }

    /// Sets instances apart for a function; nil gives them back.
    ///
    /// What runs already goes on.
    package mutating func setReserved(_ limit: Int?, function name: String) {
        self.functions[name, default: Function()].setReserved(limit)
        self.recount()
    }

    /// The limit set apart for a function; nil: none.
    package func reserved(function name: String) -> Int? { self.functions[name]?.reserved }

    /// Tells how many provisioned instances of a version are ready.
    package mutating func setProvisioned(_ count: Int, _ key: VersionKey) {
        let present = self.functions[key.function]?.provisioned[key]?.limit ?? 0
        guard !key.isCandidate, present != count else { return }
        self.functions[key.function, default: Function()].setProvisioned(count, key)
        self.recount()
    }

    private mutating func recount() {
        self.setApart = self.functions.values.reduce(0) { $0 + ($1.reserved ?? $1.provisionedSum) }
    }
}

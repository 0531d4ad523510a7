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

    struct Function: Sendable {
        var reserved: Int?
        var onDemand = 0
        var requests: TokenBucket?
        var provisioned: [VersionKey: Provisioned] = [:]
        var provisionedSum: Int { self.provisioned.values.reduce(0) { $0 + $1.limit } }
    }

    struct Provisioned: Sendable {
        var limit: Int
        var inFlight = 0
    }

    /// Instances the account may run at once.
    package let accountLimit: Int
    /// Whether AWS's request-rate ceiling (ten requests per second and instance) applies: `limits.profile: aws`.
    package let limitsRates: Bool
    var functions: [String: Function] = [:]
    var unreservedInFlight = 0
    var accountRequests: TokenBucket
    /// Reserved by functions, and provisioned by functions that reserve nothing.
    private(set) var setApart = 0

    package init(accountLimit: Int, limitsRates: Bool) {
        self.accountLimit = accountLimit
        self.limitsRates = limitsRates
        self.accountRequests = TokenBucket(capacity: accountLimit * 10, perSecond: accountLimit * 10)
    }

    /// Asks for room for one invocation.
    package mutating func admit(_ key: VersionKey, now: UInt64) -> Decision {
        guard var function = self.functions[key.function] else {
            return self.admitUnreserved(now: now)
        }
        if var provisioned = function.provisioned[key], provisioned.inFlight < provisioned.limit {
            provisioned.inFlight += 1
            function.provisioned[key] = provisioned
            self.functions[key.function] = function
            return .admitted(.provisioned)
        }
        guard let reserved = function.reserved else {
            return self.admitUnreserved(now: now)
        }
        guard function.onDemand < reserved - function.provisionedSum else {
            return .throttled(.reservedFunctionConcurrentInvocationLimitExceeded)
        }
        if self.limitsRates {
            guard function.requests?.take(now: now) ?? true else {
                self.functions[key.function] = function
                return .throttled(.reservedFunctionInvocationRateLimitExceeded)
            }
        }
        function.onDemand += 1
        self.functions[key.function] = function
        return .admitted(.reserved)
    }

    private mutating func admitUnreserved(now: UInt64) -> Decision {
        guard self.unreservedInFlight < self.accountLimit - self.setApart else {
            return .throttled(.concurrentInvocationLimitExceeded)
        }
        if self.limitsRates, !self.accountRequests.take(now: now) {
            return .throttled(.functionInvocationRateLimitExceeded)
        }
        self.unreservedInFlight += 1
        return .admitted(.unreserved)
    }

    /// Gives back what `admit` gave.
    package mutating func release(_ admission: Admission, _ key: VersionKey) {
        switch admission {
        case .unreserved:
            self.unreservedInFlight -= 1
        case .reserved:
            if let count = self.functions[key.function]?.onDemand, count > 0 {
                self.functions[key.function]?.onDemand = count - 1
            }
        case .provisioned:
            if let count = self.functions[key.function]?.provisioned[key]?.inFlight, count > 0 {
                self.functions[key.function]?.provisioned[key]?.inFlight = count - 1
            }
        }
    }

    /// Sets instances apart for a function; nil gives them back.
    ///
    /// What runs already goes on.
    package mutating func setReserved(_ limit: Int?, function name: String) {
        var function = self.functions[name] ?? Function()
        function.reserved = limit
        function.requests = limit.map { TokenBucket(capacity: $0 * 10, perSecond: $0 * 10) }
        self.functions[name] = function
        self.recount()
    }

    /// The limit set apart for a function; nil: none.
    package func reserved(function name: String) -> Int? { self.functions[name]?.reserved }

    /// Tells how many provisioned instances of a version are ready.
    package mutating func setProvisioned(_ count: Int, _ key: VersionKey) {
        guard count > 0 || self.functions[key.function]?.provisioned[key] != nil else { return }
        var function = self.functions[key.function] ?? Function()
        var provisioned = function.provisioned[key] ?? Provisioned(limit: 0)
        guard provisioned.limit != count else { return }
        provisioned.limit = count
        // The entry stays while invocations count against it, so that their release finds it.
        function.provisioned[key] = count == 0 && provisioned.inFlight == 0 ? nil : provisioned
        self.functions[key.function] = function
        self.recount()
    }

    private mutating func recount() {
        self.setApart = self.functions.values.reduce(0) { $0 + ($1.reserved ?? $1.provisionedSum) }
    }
}

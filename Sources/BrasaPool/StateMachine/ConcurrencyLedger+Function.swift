import BrasaModel

extension ConcurrencyLedger {
    /// What one function has set apart, and what of it is in use.
    struct Function: Sendable {
        private(set) var reserved: Int?
        /// Invocations that count against `reserved`.
        private(set) var onDemand = 0
        private(set) var provisioned: [VersionKey: Provisioned] = [:]
        /// Ten requests per second and unit of reserved concurrency.
        private var requests: TokenBucket?
        /// 1,000 new instances in ten seconds, refilled continuously.
        ///
        /// Source: https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html
        var growth = TokenBucket(capacity: 1_000, perSecond: 100)

        var provisionedSum: Int { self.provisioned.values.reduce(0) { $0 + $1.limit } }

        /// What the function itself decides; nil: it has nothing of its own for this, so the account decides.
        ///
        /// - Parameter now: nil when rates do not count.
        mutating func admit(_ key: VersionKey, isGrowing: Bool, now: UInt64?) -> Decision? {
            if self.provisioned[key]?.admit(now: now) == true { return .admitted(.provisioned) }
            guard let reserved = self.reserved else { return nil }
            guard self.onDemand < reserved - self.provisionedSum else {
                return .throttled(.reservedFunctionConcurrentInvocationLimitExceeded)
            }
            if let now {
                guard self.requests?.has(now: now) ?? true else {
                    return .throttled(.reservedFunctionInvocationRateLimitExceeded)
                }
                // Not "reserved": the scaling rate is the same for every function.
                if isGrowing, !self.growth.take(now: now) { return .throttled(.functionInvocationRateLimitExceeded) }
                _ = self.requests?.take(now: now)
            }
            self.onDemand += 1
            return .admitted(.reserved)
        }

        mutating func release(_ admission: Admission, _ key: VersionKey) {
            guard admission == .provisioned else {
                self.onDemand -= 1
                return
            }
            self.provisioned[key]?.inFlight -= 1
            if self.provisioned[key]?.isUnused == true { self.provisioned[key] = nil }
        }

        mutating func setReserved(_ limit: Int?) {
            self.reserved = limit
            guard let limit else {
                self.requests = nil
                return
            }
            if self.requests == nil { self.requests = .requests(concurrency: limit) }
            self.requests?.resize(concurrency: limit)
        }

        mutating func setProvisioned(_ count: Int, _ key: VersionKey) {
            self.provisioned[key, default: Provisioned()].setLimit(count)
            // One that is in use stays, so that the release finds it.
            if self.provisioned[key]?.isUnused == true { self.provisioned[key] = nil }
        }
    }

    /// Provisioned instances of one version.
    struct Provisioned: Sendable {
        private(set) var limit = 0
        var inFlight = 0
        private var requests = TokenBucket.requests(concurrency: 0)

        var isUnused: Bool { self.limit == 0 && self.inFlight == 0 }

        /// Whether one is free.
        ///
        /// What comes faster than it may spills over to the instances on demand.
        mutating func admit(now: UInt64?) -> Bool {
            guard self.inFlight < self.limit else { return false }
            if let now, !self.requests.take(now: now) { return false }
            self.inFlight += 1
            return true
        }

        mutating func setLimit(_ limit: Int) {
            self.limit = limit
            self.requests.resize(concurrency: limit)
        }
    }
}

extension TokenBucket {
    /// AWS's ceiling of requests: ten per second and unit of concurrency.
    ///
    /// Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    static func requests(concurrency: Int) -> TokenBucket {
        TokenBucket(capacity: concurrency * 10, perSecond: concurrency * 10)
    }

    mutating func resize(concurrency: Int) {
        self.resize(capacity: concurrency * 10, perSecond: concurrency * 10)
    }
}

import BrasaModel
import BrasaPool

/// Functions under load whose versions are replaced, with everything going wrong that can; the same for the same seed.
final class PoolSimulation {
    /// What may go wrong while an action is performed.
    enum Mishap { case zygoteCannotBeLaunched, resourcesRefused, resourcesLate, garbage, begunJustNow }

    struct Invocation {
        let function: String
        let key: VersionKey
        /// nil while it waits for concurrency.
        var admission: ConcurrencyLedger.Admission?
        var isAnswered = false
    }

    static let hostFailure = Failure(kind: .host, errorType: "ServiceException", message: "The host could not.")

    let seed: UInt64
    var random: SeededGenerator
    var now: UInt64 = 1_000_000_000
    var step = 0
    var ledger: ConcurrencyLedger
    var queue: AdmissionQueue
    var isAdmitting = false
    var current: [String: PoolModel] = [:]
    var draining: [PoolModel] = []
    var invocations: [UInt64: Invocation] = [:]
    var unanswered: Set<UInt64> = []
    var breaches: [String] = []
    var versionCount = 0
    var mishapsAreOn = true
    var acceptsMore = true
    private(set) var answers = 0
    private(set) var failures = 0
    private(set) var throttles = 0
    private(set) var reroutes = 0
    private(set) var admittedLater = 0
    private(set) var linedUp = 0
    private(set) var retracted = 0
    private var lastNumber: UInt64 = 0
    private let functions = ["a", "b"]

    /// - Parameter accountLimit: small, so that throttles are part of it.
    init(seed: UInt64, accountLimit: Int = 40) {
        self.seed = seed
        self.random = SeededGenerator(seed: seed)
        self.ledger = ConcurrencyLedger(accountLimit: accountLimit, limitsRates: false)
        // Every third host answers 429 at once.
        self.queue = AdmissionQueue(depth: 12, waitNanoseconds: seed % 3 == 0 ? 0 : 40_000_000)
        for function in self.functions { self.current[function] = self.newPool(function) }
    }

    var pools: [PoolModel] { self.functions.compactMap { self.current[$0] } + self.draining }

    private func newPool(_ function: String) -> PoolModel {
        self.versionCount += 1
        let settings = PoolSettings(
            spareInstances: Int.random(in: 0...2, using: &self.random),
            idleTimeoutNanoseconds: 60_000_000_000,
            retireAfterInvocations: self.random.one(in: 4) ? 50 : 0,
            retireAfterNanoseconds: self.random.one(in: 4) ? 20_000_000_000 : 0, queueDepth: 30,
            queueWaitNanoseconds: 2_000_000_000, parallelism: Int.random(in: 1...3, using: &self.random),
            pipelineDepth: self.random.one(in: 5) ? 1 : 8)
        return PoolModel(name: "\(function)\(self.versionCount)", settings: settings, host: self)
    }

    // MARK: - What the pools ask

    var allocate: @Sendable () -> UInt64 {
        // Used by one thread only: a simulation never leaves its test.
        nonisolated(unsafe) let simulation = self
        return { simulation.nextNumber() }
    }

    func nextNumber() -> UInt64 {
        self.lastNumber += 1
        return self.lastNumber
    }

    func isSmall(_ invocation: UInt64) -> Bool { invocation % 11 != 0 }

    func happens(_ mishap: Mishap) -> Bool {
        switch mishap {
        case .resourcesLate, .begunJustNow: return self.random.one(in: 3)
        case .zygoteCannotBeLaunched: return self.mishapsAreOn && self.random.one(in: 10)
        case .resourcesRefused, .garbage: return self.mishapsAreOn && self.random.one(in: 150)
        }
    }

    // MARK: - Invocations

    func arrive(_ function: String) {
        let key = VersionKey(function: function)
        let id = self.nextNumber()
        self.invocations[id] = Invocation(function: function, key: key)
        self.unanswered.insert(id)
        if !self.queue.isEmpty, self.wait(id, key, .concurrentInvocationLimitExceeded) {
            self.admitWaiting()
            return
        }
        switch self.ledger.admit(key, now: self.now) {
        case .admitted(let admission): self.begin(id, admission)
        case .throttled(let reason):
            if !self.wait(id, key, reason) { self.throttled(id) }
        }
    }

    private func wait(_ id: UInt64, _ key: VersionKey, _ reason: ThrottleReason) -> Bool {
        self.ledger.reserved(function: key.function) != 0 && self.queue.append(id, key, reason: reason, now: self.now)
    }

    private func begin(_ id: UInt64, _ admission: ConcurrencyLedger.Admission) {
        self.invocations[id]?.admission = admission
        if let invocation = self.invocations[id] { self.current[invocation.function]?.invoke(id) }
    }

    private func throttled(_ id: UInt64) {
        self.throttles += 1
        self.invocations[id] = nil
        self.unanswered.remove(id)
    }

    /// `Engine.admitWaiting`.
    private func admitWaiting() {
        guard !self.isAdmitting else { return }
        self.isAdmitting = true
        defer { self.isAdmitting = false }
        while let next = self.queue.popFirst(admit: { self.ledger.admit($0.key, now: self.now) }) {
            if case .admitted(let admission) = next.decision {
                self.admittedLater += 1
                self.begin(next.waiter.id, admission)
            } else {
                self.throttled(next.waiter.id)
            }
        }
    }

    /// `Engine.move`: queued work of a retired version goes to the new one.
    func rejected(_ id: UInt64, _ failure: Failure, by pool: PoolModel) {
        guard failure == .retiredVersion, let old = self.invocations[id] else {
            self.answered(id, isFailure: true, by: pool)
            return
        }
        self.reroutes += 1
        self.current[old.function]?.invoke(id)
    }

    func answered(_ id: UInt64, isFailure: Bool, by pool: PoolModel) {
        guard var invocation = self.invocations[id], !invocation.isAnswered, let admission = invocation.admission
        else {
            self.breaches.append("\(pool.name) at step \(self.step): answered \(id) twice")
            return
        }
        invocation.isAnswered = true
        self.invocations[id] = invocation
        self.unanswered.remove(id)
        self.ledger.release(admission, invocation.key)
        self.admitWaiting()
        if isFailure { self.failures += 1 } else { self.answers += 1 }
        // A client that sends its next request on the same connection is served within this call.
        if self.acceptsMore, !self.random.one(in: 3) { self.arrive(invocation.function) }
    }

    // MARK: - Running

    func run(steps: Int) {
        for _ in 0..<steps {
            self.step += 1
            self.act()
            self.check()
            if !self.breaches.isEmpty { return }
        }
    }

    private func act() {
        let function = self.functions.randomElement(using: &self.random) ?? "a"
        switch Int.random(in: 0..<1_000, using: &self.random) {
        case 0..<150:
            for _ in 0..<Int.random(in: 1...6, using: &self.random) { self.arrive(function) }
        case 150..<250:
            self.now += UInt64.random(in: 1_000...400_000, using: &self.random)
        case 250..<280:
            self.now += UInt64.random(in: 500_000...30_000_000, using: &self.random)
        case 280..<283:
            self.now += UInt64.random(in: 1_000_000_000...90_000_000_000, using: &self.random)
        case 283..<330:
            for pool in self.pools { pool.tick() }
            for waiter in self.queue.popOverdue(now: self.now) { self.throttled(waiter.id) }
        case 330..<336: self.replace(function)
        case 336..<342: self.setReserved(function)
        case 342..<350: self.setProvisioned(function)
        case 350..<400: self.zygoteHappens(self.pools.randomElement(using: &self.random))
        default: self.instanceHappens(self.pools.randomElement(using: &self.random))
        }
        self.forgetStopped()
    }

    private func forgetStopped() {
        for pool in self.draining where pool.zygote == .stopped {
            self.linedUp += pool.linedUp
            self.retracted += pool.retracted
        }
        self.draining.removeAll { $0.zygote == .stopped }
    }

    func replace(_ function: String) {
        guard let old = self.current[function] else { return }
        self.current[function] = self.newPool(function)
        self.draining.append(old)
        old.retire()
    }

    private func setReserved(_ function: String) {
        let limit = self.random.one(in: 2) ? nil : Int.random(in: 0...10, using: &self.random)
        self.ledger.setReserved(limit, function: function)
        self.admitWaiting()
    }

    private func setProvisioned(_ function: String) {
        guard let pool = self.current[function] else { return }
        let (count, now) = (Int.random(in: 0...4, using: &self.random), self.now)
        pool.change { $0.setProvisioned(count, now: now, actions: &$1) }
        self.ledger.setProvisioned(pool.machine.provisionedAllocated, VersionKey(function: function))
        self.admitWaiting()
    }

    private func zygoteHappens(_ pool: PoolModel?) {
        guard let pool else { return }
        switch pool.zygote {
        case .starting where self.random.one(in: 8) && self.mishapsAreOn: pool.zygoteDied()
        case .starting: pool.zygoteIsReady()
        case .ready where self.random.one(in: 40) && self.mishapsAreOn: pool.zygoteDied()
        case .ready, .none, .stopped: break
        }
    }

    func instanceHappens(_ pool: PoolModel?) {
        guard let pool, let id = pool.instances.keys.sorted().randomElement(using: &self.random),
            let instance = pool.instances[id]
        else { return }
        if !instance.isPrepared {
            if self.mishapsAreOn, self.random.one(in: 30) { pool.couldNotPrepare(id) } else { pool.prepared(id) }
        } else if instance.isKilled || instance.wasShutDown {
            pool.exited(id, answersFirst: false)
        } else if self.mishapsAreOn, self.random.one(in: 60) {
            pool.exited(id, answersFirst: self.random.one(in: 2))
        } else if self.mishapsAreOn, self.random.one(in: 60) {
            pool.kill(id)
        } else if !instance.isThawed {
            pool.thaw(id)
        } else {
            // Quick for long stretches, so that invocations line up; then slow.
            let isQuick = self.step / 500 % 3 != 2
            pool.answer(id, nanoseconds: isQuick ? 20_000 : 900_000)
        }
    }

    /// Lets everything that is under way end, and ends all versions.
    func finish() {
        self.acceptsMore = false
        self.mishapsAreOn = false
        self.settle()
        for function in self.functions { self.replace(function) }
        self.settle()
        for pool in self.pools where pool.isRetired && pool.zygote != .stopped {
            self.breaches.append("\(pool.name) keeps \(pool.instances.count) instances after its version ended")
        }
        if !self.unanswered.isEmpty { self.breaches.append("never answered: \(self.unanswered.sorted())") }
        self.check()
    }

    private func settle() {
        for _ in 0..<400 {
            for pool in self.pools {
                if pool.zygote == .starting { pool.zygoteIsReady() }
                for _ in 0..<40 { self.instanceHappens(pool) }
                pool.tick()
            }
            self.now += 5_000_000
            for waiter in self.queue.popOverdue(now: self.now) { self.throttled(waiter.id) }
            self.forgetStopped()
        }
    }
}

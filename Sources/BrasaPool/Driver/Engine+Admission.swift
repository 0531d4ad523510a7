package import BrasaModel

/// How invocations get their share of the account's concurrency, and give it back.
extension Engine: InvocationRunner {
    /// An invocation that waits for concurrency.
    struct Unadmitted {
        var invocation: Invocation
        let responder: any Responder
        let since: UInt64
    }

    package func run(_ invocation: Invocation, responder: any Responder) {
        let now = self.now()
        guard !self.isStopping else {
            self.answer(invocation, responder, .stopping)
            return
        }
        // Behind those that wait already; it is looked at with them, at once.
        if !self.admissionQueue.isEmpty, self.wait(invocation, responder, reason: nil, now: now) {
            self.admitWaiting()
            return
        }
        switch self.admit(invocation, now: now) {
        case .admitted(let admission):
            self.begin(invocation, responder, admission, acceptedAt: now, now: now)
        case .throttled(let reason):
            if self.wait(invocation, responder, reason: reason, now: now) { return }
            self.answer(invocation, responder, .throttled(reason))
        }
    }

    private func admit(_ invocation: Invocation, now: UInt64) -> ConcurrencyLedger.Decision {
        let isGrowing = self.ledger.limitsRates && self.wouldGrow(invocation)
        return self.ledger.admit(invocation.version.key, isGrowing: isGrowing, now: now)
    }

    private func wouldGrow(_ invocation: Invocation) -> Bool {
        guard let pool = self.pools[invocation.version] else { return true }
        return pool.machine.wouldGrow(isSmall: InstancePool.isSmall(invocation.event))
    }

    private func begin(
        _ invocation: Invocation, _ responder: any Responder, _ admission: ConcurrencyLedger.Admission,
        acceptedAt: UInt64, now: UInt64
    ) {
        self.pool(for: invocation.version).invoke(
            Pending(
                id: self.nextNumber(), invocation: invocation, responder: responder, admission: admission,
                acceptedAt: acceptedAt),
            now: now)
    }

    /// Answers an invocation that never got near an instance.
    private func answer(_ invocation: Invocation, _ responder: any Responder, _ failure: Failure) {
        let outcome = Outcome(requestID: invocation.event.requestID, result: .failure(failure))
        self.record(outcome, of: invocation.version.key)
        for observer in self.observers { observer.ended(invocation, outcome) }
        responder.complete(outcome)
    }

    /// Hands over an outcome, gives the admission back, and records it.
    func complete(_ pending: Pending, _ outcome: Outcome) {
        let key = pending.invocation.version.key
        self.ledger.release(pending.admission, key)
        // Before the caller hears of it, who may ask again at once.
        self.admitWaiting()
        for observer in self.observers { observer.ended(pending.invocation, outcome) }
        pending.responder.complete(outcome)
        // After the answer is on its way; nobody can ask for the figures before this turn of the loop ends.
        self.record(outcome, of: key)
    }

    private func record(_ outcome: Outcome, of key: VersionKey) {
        guard !key.isCandidate else { return }
        // By its place: changing a value by its key allocates.
        if let place = self.metrics.index(forKey: key.function) {
            self.metrics.values[place].record(outcome)
        } else {
            self.metrics[key.function, default: FunctionMetrics()].record(outcome)
        }
    }

    // MARK: - Waiting

    /// Has an invocation wait for concurrency.
    ///
    /// False when it may not.
    private func wait(
        _ invocation: Invocation, _ responder: any Responder, reason: ThrottleReason?, now: UInt64
    ) -> Bool {
        let key = invocation.version.key
        let reserved = key.isCandidate ? nil : self.ledger.reserved(function: key.function)
        // A function that is switched off gets none, however long it waits.
        guard reserved != 0 else { return false }
        let reason =
            reason
            ?? (reserved == nil
                ? .concurrentInvocationLimitExceeded : .reservedFunctionConcurrentInvocationLimitExceeded)
        let id = self.nextNumber()
        guard self.admissionQueue.append(id, key, reason: reason, now: now) else { return false }
        self.unadmitted[id] = Unadmitted(invocation: invocation, responder: responder, since: now)
        self.scheduleTick(at: now + self.admissionQueue.waitNanoseconds)
        return true
    }

    /// Lets those that wait have the concurrency that is free now.
    func admitWaiting() {
        // Answering one may free more: the loop further up goes on.
        guard !self.admissionQueue.isEmpty, !self.isAdmitting else { return }
        self.isAdmitting = true
        defer { self.isAdmitting = false }
        while true {
            let now = self.now()
            let next = self.admissionQueue.popFirst { waiter in
                guard let unadmitted = self.unadmitted[waiter.id] else {
                    preconditionFailure("waiter \(waiter.id) is unknown")
                }
                return self.admit(unadmitted.invocation, now: now)
            }
            guard let next else { return }
            switch next.decision {
            case .admitted(let admission):
                guard let waited = self.unadmitted.removeValue(forKey: next.waiter.id) else { continue }
                self.begin(waited.invocation, waited.responder, admission, acceptedAt: waited.since, now: now)
            case .throttled(let reason): self.refuse(next.waiter, .throttled(reason))
            }
        }
    }

    /// Refuses those that have waited long enough.
    ///
    /// Returns when that is wanted again.
    func refuseOverdue(now: UInt64) -> UInt64 {
        for waiter in self.admissionQueue.popOverdue(now: now) { self.refuse(waiter, .throttled(waiter.reason)) }
        return self.admissionQueue.nextDeadline ?? .max
    }

    func refuse(_ waiter: AdmissionQueue.Waiter, _ failure: Failure) {
        guard let waited = self.unadmitted.removeValue(forKey: waiter.id) else { return }
        self.answer(waited.invocation, waited.responder, failure)
    }

    // MARK: - Replaced versions

    /// Sends those that wait for concurrency of a replaced version to what their names stand for now, in their places.
    func moveWaiting(from version: FunctionVersion) {
        for (id, waited) in self.unadmitted where waited.invocation.version == version {
            guard let successor = self.successor(of: version, for: waited.invocation.event) else {
                let out = self.admissionQueue.remove { $0.id == id }
                for waiter in out { self.refuse(waiter, self.failureWithout(version, waited.invocation.event)) }
                continue
            }
            self.unadmitted[id]?.invocation.version = successor
            guard successor.key != version.key else { continue }
            // An alias was moved: another version's place in line.
            _ = self.admissionQueue.remove { $0.id == id }
            self.unadmitted[id] = nil
            self.run(Invocation(event: waited.invocation.event, version: successor), responder: waited.responder)
        }
    }

    /// Sends an admitted invocation that has not begun to the version that replaced its own.
    func move(_ pending: Pending, from version: FunctionVersion, now: UInt64) {
        let event = pending.invocation.event
        guard let successor = self.successor(of: version, for: event) else {
            let failure = self.failureWithout(version, event)
            self.complete(pending, Outcome(requestID: event.requestID, result: .failure(failure)))
            return
        }
        pending.invocation.version = successor
        if successor.key == version.key {
            self.pool(for: successor).invoke(pending, now: now)
        } else {
            self.ledger.release(pending.admission, version.key)
            self.run(pending.invocation, responder: pending.responder)
            self.admitWaiting()
        }
    }

    private func successor(of version: FunctionVersion, for event: Event) -> FunctionVersion? {
        // Names stand for versions, never for candidates: what is tried must not reach the live version.
        guard !self.isStopping, !version.key.isCandidate, let successor = self.resolve?(event), successor != version
        else { return nil }
        return successor
    }

    /// What an invocation is told whose version was retired and has no successor.
    private func failureWithout(_ version: FunctionVersion, _ event: Event) -> Failure {
        guard !self.isStopping, let resolve = self.resolve else { return .retiredVersion }
        return resolve(event) == nil ? .notFound(event) : .retiredVersion
    }
}

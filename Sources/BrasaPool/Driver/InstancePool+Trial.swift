import BrasaModel
import NIOCore

/// How new code is tried: one instance before it takes over, and a look at its first calls after.
extension InstancePool {
    /// Has an instance thaw, unless one has.
    ///
    /// Answers why it did not; nil when it did.
    func warm() -> EventLoopFuture<Failure?> {
        if case .failed(let failure) = self.machine.zygote { return self.engine.loop.makeSucceededFuture(failure) }
        if self.machine.hasThawedInstance { return self.engine.loop.makeSucceededFuture(nil) }
        let promise = self.engine.loop.makePromise(of: Failure?.self)
        self.warmWaiters.append(promise)
        let now = self.engine.now()
        self.change(now: now) { $0.warm(now: now, actions: &$1) }
        self.engine.scheduleTick(at: now + Engine.idleTickNanoseconds)
        return promise.futureResult
    }

    /// Answers those who wait for an instance to thaw.
    func answerWarmWaiters(_ failure: Failure?) {
        let waiters = self.warmWaiters
        self.warmWaiters = []
        for waiter in waiters { waiter.succeed(failure) }
    }

    /// Looks at how a call ended.
    func observe(_ result: Outcome.Result) {
        guard !self.key.isCandidate else { return }
        if !self.hasAnswered {
            self.hasAnswered = true
            self.engine.observer?(.firstReply(self.version, atNanoseconds: self.engine.now()))
        }
        guard case .failure(let failure) = result else { return self.record(isCall: true, death: nil) }
        let isDeath = failure.kind == .crash || failure.kind == .protocolViolation
        // A death before the call is recorded where it is seen, with or without a call.
        guard failure.kind != .initialization else { return }
        self.record(isCall: true, death: isDeath ? failure : nil)
    }

    /// An instance died before it could take a call.
    func observeDeathInThaw(_ failure: Failure) {
        self.answerWarmWaiters(failure)
        self.record(isCall: false, death: failure)
    }

    private func record(isCall: Bool, death: Failure?) {
        guard !self.key.isCandidate else { return }
        guard self.probation.record(isCall: isCall, isDeath: death != nil), let death else { return }
        self.engine.observer?(
            .keepsDying(
                self.version, death, deaths: self.probation.deathCount, calls: self.probation.callCount))
    }
}

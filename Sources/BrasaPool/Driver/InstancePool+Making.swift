import BrasaModel
import CBrasaTransport
import DequeModule
import Logging
import NIOCore
import NIOPosix

/// How instances are made: what they need first, then the zygote or a thread.
extension InstancePool {
    func fork(_ id: UInt64, now: UInt64) {
        if self.machine.isAssigned(id) || !self.reserve.isEmpty {
            self.prepare(id, now: now)
        } else {
            self.unprepared.insert(id)
            self.makeResources { pool, made in
                guard pool.unprepared.contains(id) else {
                    if let resources = try? made.get() { pool.reserve.append(resources) }
                    return
                }
                switch made {
                case .success(let resources):
                    pool.reserve.append(resources)
                    pool.prepareNow(id, now: pool.engine.now())
                case .failure(let error):
                    pool.couldNotPrepare(id, error, now: pool.engine.now())
                }
            }
        }
    }

    func prepareNow(_ id: UInt64, now: UInt64) {
        self.unprepared.remove(id)
        self.prepare(id, now: now)
    }

    private func prepare(_ id: UInt64, now: UInt64) {
        guard self.machine.isLiving(id) else { return }
        if let failure = self.runawayFailure {
            self.couldNotPrepare(id, failure, now: now)
            return
        }
        let resources: InstanceResources
        if let made = self.reserve.popLast() {
            resources = made
        } else {
            do {
                resources =
                    try self.isInprocess
                    ? InstanceResources()
                    : InstanceResources(
                        number: self.engine.nextNumber(), cap: self.engine.cap, limitBytes: self.limitBytes,
                        scratchRoot: self.scratchRoot)
            } catch {
                self.couldNotPrepare(id, error, now: now)
                return
            }
        }
        let instance = Instance(id: id, resources, pool: self, forkedAt: now)
        self.instances[id] = instance
        self.engine.watch(instance, now: now)
        if let library {
            self.startThread(instance, resources, library)
        } else {
            self.forkBacklog.append((instance, resources))
            self.sendForks()
        }
        self.refill()
    }

    private func couldNotPrepare(_ id: UInt64, _ error: any Error, now: UInt64) {
        self.engine.logger.error(
            "could not make an instance", metadata: ["error": "\(error)", "function": "\(self.function)"])
        let failure = Failure(
            kind: .host, errorType: "ServiceException", message: "The host could not make an instance. \(error)")
        self.couldNotPrepare(id, failure, now: now)
    }

    private func couldNotPrepare(_ id: UInt64, _ failure: Failure, now: UInt64) {
        self.unprepared.remove(id)
        self.answerWarmWaiters(failure)
        let running = self.machine.instanceEnding(id, startFailure: failure, now: now)
        for invocation in running {
            if let pending = self.take(invocation) { self.fail(pending, failure, report: nil) }
        }
        self.change(now: now) { $0.instanceEnded(id, now: now, actions: &$1) }
    }

    /// Asks the zygote for the instances that wait for that.
    private func sendForks() {
        while self.forksUnderWay < Self.forksAtOnce, let (instance, resources) = self.forkBacklog.first,
            let zygote = self.zygote
        {
            var descriptors = [resources.channelDescriptor, resources.outputWrite]
            let joins = instance.leaf.joinDescriptor >= 0
            if joins { descriptors.append(instance.leaf.joinDescriptor) }
            self.engine.message.begin(
                BRASA_CONTROL_FORK, instance: instance.id, flags: joins ? BRASA_CONTROL_CGROUP.rawValue : 0,
                number: Int64(instance.leaf.dataLimitBytes))
            _ = self.engine.message.append(instance.scratch)
            let status = self.engine.message.send(to: zygote.control, descriptors: descriptors)
            // A full mailbox empties when the zygote answers; any other error means it is gone, which is told separately.
            if status == -EAGAIN { return }
            self.forkBacklog.removeFirst()
            resources.closeInstanceSide()
            self.forksUnderWay += 1
        }
    }

    func forkAnswered() {
        self.forksUnderWay = max(0, self.forksUnderWay - 1)
        self.sendForks()
    }

    /// Forgets forks that were asked of a zygote that is gone.
    func dropForks() {
        for (_, resources) in self.forkBacklog { resources.closeInstanceSide() }
        self.forkBacklog = []
        self.forksUnderWay = 0
    }

    private func refill() {
        guard !self.isRefilling, self.reserve.count < 2, self.machine.zygote == .ready else { return }
        self.isRefilling = true
        self.makeResources { pool, made in
            pool.isRefilling = false
            if let resources = try? made.get() { pool.reserve.append(resources) }
        }
    }

    private func makeResources(_ done: @escaping (InstancePool, Result<InstanceResources, any Error>) -> Void) {
        let (cap, limit, root, number) = (self.engine.cap, self.limitBytes, self.scratchRoot, self.engine.nextNumber())
        let isInprocess = self.isInprocess
        let bound = NIOLoopBound((self, done), eventLoop: self.engine.loop)
        self.engine.threads.runIfActive(eventLoop: self.engine.loop) {
            // Handed from this thread to the loop, never used by both.
            UncheckedTransfer(
                isInprocess
                    ? try InstanceResources()
                    : try InstanceResources(number: number, cap: cap, limitBytes: limit, scratchRoot: root))
        }.whenComplete { result in
            let (pool, done) = bound.value
            if pool.machine.zygote == .retired, let made = try? result.get() {
                made.value.discard()
                return
            }
            done(pool, result.map(\.value))
        }
    }

    func discardReserve() {
        for resources in self.reserve { resources.discard() }
        self.reserve = []
    }
}

/// Carries a value from the thread that made it to the loop that owns it from then on.
private struct UncheckedTransfer<Value>: @unchecked Sendable {
    // Safe because the maker keeps no reference: there is one owner at a time.
    let value: Value

    init(_ value: Value) {
        self.value = value
    }
}

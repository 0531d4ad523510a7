import BrasaModel
import CBrasaTransport
import DequeModule
import Glibc
import NIOCore

/// How invocations and instances end.
extension InstancePool {
    /// An instance has thawed.
    func isReady(_ instance: Instance, at time: UInt64) {
        guard !instance.isReady else { return }
        instance.isReady = true
        let now = self.engine.now()
        if let first = instance.running.first {
            first.startedAt = min(max(time, first.acceptedAt), now)
        } else if instance.shutdownDeadline == 0 {
            self.engine.unwatch(instance)
        }
        if !self.warmWaiters.isEmpty { self.answerWarmWaiters(nil) }
        self.change(now: now) { $0.instanceReady(instance.id, now: now, actions: &$1) }
        self.countProvisioned()
        self.tellWhenDebuggable(instance)
    }

    /// The function has returned.
    func answered(_ pending: Pending, _ answer: Answer, by instance: Instance) {
        let now = self.engine.now()
        if answer.flags & BRASA_DONE_OUTPUT.rawValue != 0 || !instance.partialLine.isEmpty {
            self.takeOutput(of: instance, flush: true)
        }
        instance.running.removeFirst()
        pending.instance = nil
        instance.running.first?.startedAt = now
        let measured = Int64(now - min(now, pending.startedAt))
        let duration = answer.durationNanoseconds > 0 ? min(answer.durationNanoseconds, measured) : measured
        let report = InvocationReport(
            durationNanoseconds: duration,
            initNanoseconds: pending.isCold
                ? Int64(pending.startedAt - min(pending.startedAt, pending.acceptedAt)) : nil,
            memoryLimitBytes: self.limitBytes, peakMemoryBytes: answer.peakBytes, cpuNanoseconds: answer.cpuNanoseconds,
            pageFaults: answer.pageFaults,
            coldStart: pending.isCold
                ? instance.stamps?.phases(acceptedAt: pending.acceptedAt, startedAt: pending.startedAt) : nil)
        if instance.running.isEmpty, instance.shutdownDeadline == 0 { self.engine.unwatch(instance) }
        self.change(now: now) {
            $0.completed(
                pending.id, by: instance.id, durationNanoseconds: UInt64(max(1, duration)), now: now, actions: &$1)
        }
        self.finish(pending, self.result(of: answer, pending), report: report)
    }

    private func result(of answer: Answer, _ pending: Pending) -> Outcome.Result {
        let limit = self.engine.settings.replyBytes
        if answer.flags & BRASA_DONE_TOO_LARGE.rawValue != 0 || answer.body.readableBytes > limit {
            return .failure(.responseTooLarge(limitBytes: limit))
        }
        if answer.flags & BRASA_DONE_FAILED.rawValue != 0 {
            return .failure(
                Failure(
                    kind: .function, errorType: answer.errorType, message: answer.errorMessage, phase: .invoke,
                    afterFirstByte: pending.hasBegun, asksForRetry: answer.status == -2))
        }
        if pending.hasBegun { return .streamed }
        return .reply(Reply(metadata: answer.metadata, body: answer.body))
    }

    // MARK: - Looking

    /// Looks at an instance without having been rung.
    ///
    /// Returns when to look again.
    func look(at instance: Instance, now: UInt64) -> UInt64 {
        self.engine.drain(instance)
        if instance.shutdownDeadline > 0, now >= instance.shutdownDeadline { instance.kill() }
        guard !instance.isKilled else { return .max }
        let soon = now + Engine.tickNanoseconds
        guard instance.isReady else {
            let deadline = instance.forkedAt + UInt64(self.initTimeoutMilliseconds) * 1_000_000
            guard now >= deadline else { return min(soon, deadline) }
            let phase = Failure.Phase(life: brasa_channel_phase(&instance.channel)) ?? .thaw
            self.kill(
                instance, for: .initTimedOut(milliseconds: self.version.settings.initTimeoutMilliseconds, phase: phase))
            return .max
        }
        guard let first = instance.running.first else { return soon }
        let deadline = first.startedAt + self.timeoutNanoseconds
        if now >= deadline {
            self.kill(
                instance,
                for: .timedOut(
                    first.requestID, milliseconds: self.version.settings.timeoutMilliseconds,
                    afterFirstByte: first.hasBegun))
            return .max
        }
        if now >= first.startedAt + Engine.tickNanoseconds {
            self.takeOutput(of: instance, flush: false)
            if instance.leaf.needsWatching, instance.pid > 0, Self.residentBytes(instance.pid) > self.limitBytes {
                self.kill(
                    instance, for: .outOfMemory(limitMegabytes: self.version.settings.memoryMegabytes, phase: .invoke))
                return .max
            }
        }
        return min(deadline, instance.running.count > 1 ? now + PoolStateMachine.blockedNanoseconds : soon)
    }

    /// Lets the machine know that time has passed.
    ///
    /// Returns when that is wanted again.
    func tick(now: UInt64) -> UInt64 {
        self.change(now: now) { $0.tick(now: now, actions: &$1) }
        self.checkZygote(now: now)
        var next: UInt64 = .max
        if let deadline = self.zygote?.deadline, deadline > now { next = deadline }
        if self.machine.hasBacklog { next = min(next, now + PoolStateMachine.blockedNanoseconds) }
        if self.machine.waitingCount > 0 { next = min(next, now + Engine.tickNanoseconds) }
        if self.machine.instanceCount > 0 {
            next = min(next, now + Engine.idleTickNanoseconds)
            for instance in self.instances.values where instance.arenaTouched && instance.running.isEmpty {
                instance.arenaTouched = false
                brasa_channel_trim(&instance.channel)
            }
        } else if self.machine.settings.provisionedConcurrency > 0 || self.machine.settings.minimumInstances > 0 {
            next = min(next, now + Engine.idleTickNanoseconds)
        }
        return next
    }

    // MARK: - Killing

    /// Answers the running invocation with a failure, at once, and kills the instance; what waited behind goes elsewhere.
    func kill(_ instance: Instance, for failure: Failure) {
        let now = self.engine.now()
        instance.killedFor = failure
        let report = instance.running.first.map { self.reportOfKilled($0, instance, now: now) }
        instance.kill()
        self.takeOutput(of: instance, flush: true)
        self.endRunning(in: instance, failure: failure, report: report, now: now)
    }

    /// The instance wrote something that is not the protocol.
    func wroteGarbage(_ instance: Instance) {
        guard !instance.hasGarbage else { return }
        instance.hasGarbage = true
        self.kill(instance, for: .garbage)
    }

    private func endRunning(in instance: Instance, failure: Failure, report: InvocationReport?, now: UInt64) {
        self.engine.unwatch(instance)
        _ = self.machine.instanceEnding(
            instance.id, startFailure: instance.isReady ? nil : failure, now: now)
        if !instance.isReady { self.observeDeathInThaw(failure) }
        let running = instance.running
        instance.running = []
        for pending in running { pending.instance = nil }
        if let first = running.first { self.fail(first, failure, report: report) }
        for pending in running.dropFirst() { self.reinvoke(pending, now: now) }
        self.countProvisioned()
    }

    private func reportOfKilled(_ pending: Pending, _ instance: Instance, now: UInt64, peakBytes: Int? = nil)
        -> InvocationReport
    {
        let start = pending.startedAt > 0 ? pending.startedAt : now
        return InvocationReport(
            durationNanoseconds: Int64(now - min(now, start)),
            initNanoseconds: pending.isCold ? Int64(start - min(start, pending.acceptedAt)) : nil,
            memoryLimitBytes: self.limitBytes, peakMemoryBytes: peakBytes ?? Self.peakBytes(instance.pid),
            cpuNanoseconds: 0)
    }

    private static func peakBytes(_ pid: Int32) -> Int {
        guard pid > 0, let status = SystemFile.read("/proc/\(pid)/status") else { return 0 }
        for line in status.split(separator: "\n") where line.hasPrefix("VmHWM:") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            return words.count >= 2 ? (Int(words[words.count - 2]) ?? 0) * 1_024 : 0
        }
        return 0
    }

    private static func residentBytes(_ pid: Int32) -> Int {
        let words = (SystemFile.read("/proc/\(pid)/statm") ?? "").split(separator: " ")
        return words.count > 2 ? (Int(words[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
    }

    // MARK: - Ending

    /// Asks an instance to end; it is killed when it has not after two seconds.
    func shutDown(_ id: UInt64, now: UInt64) {
        guard let instance = self.instances[id] else {
            self.unprepared.remove(id)
            self.change(now: now) { $0.instanceEnded(id, now: now, actions: &$1) }
            return
        }
        instance.shutdownDeadline = now + 2_000_000_000
        if brasa_channel_shutdown(&instance.channel) != Int32(BRASA_CHANNEL_FRAME) { instance.kill() }
        self.engine.watch(instance, now: now)
        self.countProvisioned()
    }

    /// The zygote reported an instance's end.
    func exited(_ id: UInt64, waitStatus: Int32, peakBytes: Int, isScratchDirty: Bool) {
        guard let instance = self.instances[id] else { return }
        let now = self.engine.now()
        self.machine.instanceClosing(id)
        let reason = brasa_channel_exit_reason(&instance.channel)
        // What a thread did after its caller was answered is not for anybody.
        let isAnswered = instance.thread != nil && instance.isKilled
        if reason != BRASA_EXIT_DESCRIPTORS.rawValue, !instance.hasGarbage, !isAnswered {
            instance.running.first?.isPaused = false
            self.engine.drain(instance)
        }
        self.takeOutput(of: instance, flush: true)
        let failure = self.failure(of: instance, waitStatus: waitStatus, peakBytes: peakBytes)
        let report = instance.running.first.map {
            self.reportOfKilled($0, instance, now: now, peakBytes: peakBytes)
        }
        if instance.refusal != nil || !instance.isReady || !instance.running.isEmpty {
            self.endRunning(in: instance, failure: failure, report: report, now: now)
        }
        self.release(instance, isScratchDirty: isScratchDirty)
        self.change(now: now) { $0.instanceEnded(id, now: now, actions: &$1) }
        self.countProvisioned()
    }

    private func failure(of instance: Instance, waitStatus: Int32, peakBytes: Int) -> Failure {
        let phase = Failure.Phase(life: brasa_channel_phase(&instance.channel)) ?? .invoke
        if let known = instance.killedFor ?? instance.refusal { return known }
        let megabytes = self.version.settings.memoryMegabytes
        let isOver =
            instance.leaf.needsWatching
            && (brasa_channel_allocation_failed(&instance.channel) != 0 || peakBytes >= self.limitBytes / 10 * 9)
        if isOver || instance.leaf.wasOutOfMemory() { return .outOfMemory(limitMegabytes: megabytes, phase: phase) }
        if brasa_channel_exit_reason(&instance.channel) == BRASA_EXIT_DESCRIPTORS.rawValue { return .descriptorsClosed }
        return .ended(waitStatus: waitStatus, phase: phase)
    }

    /// Gives back what the host held for an instance whose process is gone.
    private func release(_ instance: Instance, isScratchDirty: Bool) {
        self.engine.unwatch(instance)
        self.instances[instance.id] = nil
        instance.release()
        let (leaf, scratch) = (instance.leaf, instance.scratch)
        guard instance.thread == nil else { return }
        self.engine.inBackground {
            leaf.remove()
            if isScratchDirty { Folder.remove(scratch) }
        }
    }

    /// The zygote is gone, and with it every instance.
    func endAllInstances() {
        let now = self.engine.now()
        self.dropForks()
        let unprepared = self.unprepared
        self.unprepared = []
        for id in self.instances.keys { self.machine.instanceClosing(id) }
        for id in unprepared { self.machine.instanceClosing(id) }
        self.change(now: now) { $0.zygoteEnded(now: now, actions: &$1) }
        for id in unprepared {
            self.change(now: now) { $0.instanceEnded(id, now: now, actions: &$1) }
        }
        for instance in Array(self.instances.values) {
            instance.kill()
            if !instance.hasGarbage { self.engine.drain(instance) }
            self.takeOutput(of: instance, flush: true)
            let report = instance.running.first.map { self.reportOfKilled($0, instance, now: now, peakBytes: 0) }
            // Each was killed in a phase of its own, whatever the zygote was doing.
            let failure = self.failure(of: instance, waitStatus: SIGKILL, peakBytes: 0)
            self.endRunning(in: instance, failure: failure, report: report, now: now)
            self.release(instance, isScratchDirty: true)
            self.change(now: now) { $0.instanceEnded(instance.id, now: now, actions: &$1) }
        }
    }

    /// Answers everything with a failure; the host is stopping.
    func failAll(_ failure: Failure) {
        let now = self.engine.now()
        for pending in Array(self.waiting.values) {
            self.waiting[pending.id] = nil
            self.machine.abandon(pending.id)
            self.fail(pending, failure, report: nil)
        }
        for instance in Array(self.instances.values) where !instance.running.isEmpty {
            let report = instance.running.first.map { self.reportOfKilled($0, instance, now: now) }
            for pending in instance.running { self.fail(pending, failure, report: report) }
            instance.running = []
        }
        for waiter in self.readinessWaiters { waiter.succeed(.failed(failure)) }
        self.readinessWaiters = []
        self.answerWarmWaiters(failure)
    }

    /// Gives everything back, after the supervisor has ended all processes.
    func releaseAll() {
        self.dropForks()
        self.discardReserve()
        for instance in Array(self.instances.values) {
            self.instances[instance.id] = nil
            // A thread that is still inside its function would write to memory that is gone.
            guard instance.thread?.hasEnded != false else { continue }
            instance.release()
            instance.leaf.remove()
        }
        self.zygote?.leaf.remove()
        Folder.remove(self.scratchRoot)
    }

    /// Keeps the account's count of provisioned instances in step.
    func countProvisioned() {
        // A retired pool no longer counts: the version that replaced it has the same key.
        guard self.machine.zygote != .retired else { return }
        self.engine.ledger.setProvisioned(self.machine.provisionedAllocated, self.key)
        self.engine.admitWaiting()
    }
}

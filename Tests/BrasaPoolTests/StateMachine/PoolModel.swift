import BrasaModel
import BrasaPool

/// One version's pool without processes: performs the machine's actions the way `InstancePool` does, and notes every breach
/// of what a driver relies on.
///
/// Everything that may happen on a real machine happens when `PoolSimulation` says so: instances thaw, answer, crash, cannot
/// be made, write garbage; the zygote starts, fails, dies.
final class PoolModel {
    struct Instance {
        /// Whether the zygote knows of it: resources may still be made.
        var isPrepared: Bool
        var isThawed = false
        var isKilled = false
        var wasShutDown = false
        var running: [UInt64] = []
        /// Those of `running` that its process has begun, which cannot be taken back.
        var begun: Set<UInt64> = []
    }

    enum Zygote { case none, starting, ready, stopped }

    let name: String
    unowned let host: PoolSimulation
    var machine: PoolStateMachine
    var queue = ActionQueue()
    var zygote = Zygote.none
    var instances: [UInt64: Instance] = [:]
    var waiting: Set<UInt64> = []
    /// How often an invocation was put behind another one, and how often one was taken back.
    var linedUp = 0
    var retracted = 0
    /// Identities whose fork was announced and whose end was not yet told.
    var announced: Set<UInt64> = []
    var everAnnounced: Set<UInt64> = []
    var isRetired = false
    var breaches: [String] = []

    init(name: String, settings: PoolSettings, host: PoolSimulation) {
        self.name = name
        self.host = host
        self.machine = PoolStateMachine(settings: settings, allocate: host.allocate)
    }

    func breach(_ text: String) { self.breaches.append("\(self.name) at step \(self.host.step): \(text)") }

    func change(_ body: (inout PoolStateMachine, inout [PoolStateMachine.Action]) -> Void) {
        self.queue.decide { body(&self.machine, &$0) }
        guard self.queue.beginPerforming() else { return }
        while let action = self.queue.popFirst() { self.perform(action) }
    }

    func invoke(_ invocation: UInt64) {
        self.waiting.insert(invocation)
        let (small, now) = (self.host.isSmall(invocation), self.host.now)
        self.change { $0.invoke(invocation, isSmall: small, now: now, actions: &$1) }
    }

    private func perform(_ action: PoolStateMachine.Action) {
        if self.zygote == .stopped {
            if case .reject = action {} else { self.breach("\(action) after stopZygote") }
        }
        let now = self.host.now
        switch action {
        case .startZygote:
            if self.zygote != .none { self.breach("started a zygote while one is \(self.zygote)") }
            self.zygote = .starting
            if self.host.happens(.zygoteCannotBeLaunched) {
                self.zygote = .none
                self.change { $0.zygoteFailed(PoolSimulation.hostFailure, now: now, actions: &$1) }
            }
        case .fork(let id): self.fork(id)
        case .dispatch(let invocation, let id, let cold): self.dispatch(invocation, to: id, cold: cold)
        case .shutDown(let id): self.shutDown(id, now: now)
        case .retract(let invocation, let id): self.retract(invocation, from: id)
        case .reject(let invocation, let failure):
            guard self.waiting.remove(invocation) != nil else {
                self.breach("rejected \(invocation), which does not wait")
                return
            }
            self.host.rejected(invocation, failure, by: self)
        case .stopZygote:
            if !self.isRetired { self.breach("stopped the zygote of a version in use") }
            if !self.instances.isEmpty { self.breach("stopped the zygote before \(self.instances.count) instances") }
            self.zygote = .stopped
        }
    }

    private func fork(_ id: UInt64) {
        if self.zygote != .ready { self.breach("forked \(id) from a zygote that is \(self.zygote)") }
        if !self.everAnnounced.insert(id).inserted { self.breach("forked \(id) twice") }
        self.announced.insert(id)
        guard !self.host.happens(.resourcesRefused) else {
            self.couldNotPrepare(id)
            return
        }
        let isLate = !self.machine.isAssigned(id) && self.host.happens(.resourcesLate)
        self.instances[id] = Instance(isPrepared: !isLate)
    }

    func couldNotPrepare(_ id: UInt64) {
        self.instances[id] = nil
        let now = self.host.now
        for invocation in self.machine.instanceEnding(id, startFailure: PoolSimulation.hostFailure, now: now)
        where self.waiting.remove(invocation) != nil {
            self.host.answered(invocation, isFailure: true, by: self)
        }
        self.ended(id)
    }

    private func dispatch(_ invocation: UInt64, to id: UInt64, cold: Bool) {
        if !self.everAnnounced.contains(id) { self.breach("dispatched to \(id), which no fork announced") }
        guard self.waiting.remove(invocation) != nil else {
            if self.announced.contains(id) { self.breach("dispatched \(invocation), which does not wait") }
            return
        }
        guard var instance = self.instances[id], !instance.isKilled else {
            if self.announced.contains(id), self.instances[id] == nil {
                self.breach("dispatched to \(id), which is announced and unknown")
            }
            self.invoke(invocation)
            return
        }
        if instance.wasShutDown { self.breach("dispatched to \(id), which was asked to end") }
        if !instance.running.isEmpty, !self.host.isSmall(invocation) {
            self.breach("lined \(invocation) up, which is not small")
        }
        if instance.running.count >= self.machine.settings.pipelineDepth { self.breach("over-filled \(id)") }
        if cold, instance.isThawed, !instance.begun.isEmpty { self.breach("\(id) is warm and was called cold") }
        if !instance.running.isEmpty { self.linedUp += 1 }
        instance.isPrepared = true
        instance.running.append(invocation)
        self.instances[id] = instance
        if self.host.happens(.garbage) { self.kill(id) }
    }

    private func shutDown(_ id: UInt64, now: UInt64) {
        guard var instance = self.instances[id] else {
            self.breach("shut \(id) down, which is unknown")
            return
        }
        if !instance.running.isEmpty { self.breach("shut \(id) down while it runs \(instance.running)") }
        if instance.wasShutDown { self.breach("shut \(id) down twice") }
        guard instance.isPrepared else {
            self.instances[id] = nil
            self.ended(id)
            return
        }
        instance.wasShutDown = true
        self.instances[id] = instance
    }

    private func retract(_ invocation: UInt64, from id: UInt64) {
        guard var instance = self.instances[id], let index = instance.running.firstIndex(of: invocation), index > 0
        else { return }
        guard !instance.begun.contains(invocation), !self.host.happens(.begunJustNow) else { return }
        instance.running.remove(at: index)
        self.instances[id] = instance
        self.waiting.insert(invocation)
        self.retracted += 1
        let now = self.host.now
        self.change { $0.retracted(invocation, from: id, now: now, actions: &$1) }
    }

    private func ended(_ id: UInt64) {
        self.announced.remove(id)
        let now = self.host.now
        self.change { $0.instanceEnded(id, now: now, actions: &$1) }
    }
}

// MARK: - What happens to it

extension PoolModel {
    func thaw(_ id: UInt64) {
        self.instances[id]?.isThawed = true
        let now = self.host.now
        self.change { $0.instanceReady(id, now: now, actions: &$1) }
    }

    func answer(_ id: UInt64, nanoseconds: UInt64) {
        guard let first = self.instances[id]?.running.first else { return }
        self.instances[id]?.running.removeFirst()
        self.instances[id]?.begun.insert(first)
        let now = self.host.now
        self.change { $0.completed(first, by: id, durationNanoseconds: nanoseconds, now: now, actions: &$1) }
        self.host.answered(first, isFailure: false, by: self)
    }

    /// A timeout, or garbage in the rings: the running invocation fails now, the process ends later.
    func kill(_ id: UInt64) {
        guard self.instances[id]?.isKilled == false else { return }
        self.instances[id]?.isKilled = true
        self.endRunning(id)
    }

    private func endRunning(_ id: UInt64) {
        guard let instance = self.instances[id] else { return }
        let failure = instance.isThawed ? nil : PoolSimulation.hostFailure
        _ = self.machine.instanceEnding(id, startFailure: failure, now: self.host.now)
        self.instances[id]?.running = []
        if let first = instance.running.first { self.host.answered(first, isFailure: true, by: self) }
        for invocation in instance.running.dropFirst() { self.invoke(invocation) }
    }

    /// The zygote reports that the process is gone; what it had answered before that is still in its ring.
    func exited(_ id: UInt64, answersFirst: Bool) {
        guard let before = self.instances[id] else { return }
        self.machine.instanceClosing(id)
        if answersFirst, before.isThawed, !before.isKilled { self.answer(id, nanoseconds: 1_000) }
        if self.instances[id]?.running
            != Array(before.running.dropFirst(answersFirst && before.isThawed && !before.isKilled ? 1 : 0))
        {
            self.breach("gave \(id) work after its process was gone")
        }
        if let instance = self.instances[id], !instance.isThawed || !instance.running.isEmpty { self.endRunning(id) }
        self.instances[id] = nil
        self.ended(id)
    }

    func prepared(_ id: UInt64) { self.instances[id]?.isPrepared = true }

    func zygoteIsReady() {
        self.zygote = .ready
        let now = self.host.now
        self.change { $0.zygoteReady(now: now, actions: &$1) }
    }

    func zygoteDied() {
        let wasStarting = self.zygote == .starting
        self.zygote = .none
        let now = self.host.now
        if wasStarting {
            self.change { $0.zygoteFailed(PoolSimulation.hostFailure, now: now, actions: &$1) }
            return
        }
        for id in self.instances.keys { self.machine.instanceClosing(id) }
        self.change { $0.zygoteEnded(now: now, actions: &$1) }
        for id in self.instances.keys.sorted() {
            if self.instances[id]?.isPrepared == true {
                self.instances[id]?.isKilled = true
                self.endRunning(id)
            }
            self.instances[id] = nil
            self.ended(id)
        }
    }

    func retire() {
        self.isRetired = true
        let now = self.host.now
        self.change { $0.retire(now: now, actions: &$1) }
    }

    func tick() {
        let now = self.host.now
        self.change { $0.tick(now: now, actions: &$1) }
    }
}

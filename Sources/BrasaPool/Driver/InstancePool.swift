import BrasaModel
import CBrasaTransport
import DequeModule
import NIOCore

/// Runs one version: does what its state machine decides.
///
/// Lives on the engine's loop.
final class InstancePool {
    let version: FunctionVersion
    unowned let engine: Engine
    var machine: PoolStateMachine
    var instances: [UInt64: Instance] = [:]
    private var actions = ActionQueue()
    /// Invocations that wait for an instance.
    var waiting: [UInt64: Pending] = [:]
    var zygote: ZygoteHandle?
    /// Set while the library is loaded into the host; see `InstancePool+Inprocess`.
    var library: InprocessLibrary?
    var readiness: VersionReadiness?
    /// Where the time of the last start of a zygote went.
    var startPhases: VersionStartPhases?
    var readinessWaiters: [EventLoopPromise<VersionReadiness>] = []
    /// Wait for an instance to thaw.
    var warmWaiters: [EventLoopPromise<Failure?>] = []
    var probation = Probation()
    var hasAnswered = false
    /// Resources made ahead of need.
    var reserve: [InstanceResources] = []
    var isRefilling = false
    /// Instances the machine wants that have no resources yet.
    var unprepared: Set<UInt64> = []
    /// Instances that are ready to be forked but for the zygote's mailbox.
    var forkBacklog: Deque<(Instance, InstanceResources)> = []
    var forksUnderWay = 0
    /// Forks asked for at once: a socket holds a few hundred messages, and descriptors under way are limited too.
    static let forksAtOnce = 64
    /// Tells the scratch folders of pools apart that ran the same code.
    let rootNumber: UInt64
    /// Whether somebody looks at its instance with a debugger.
    let isDebugged: Bool

    // Of the version, out of its settings once: each invocation reads them.
    let key: VersionKey
    let limitBytes: Int
    let timeoutNanoseconds: UInt64
    /// The metadata of the last replies.
    var replyHeads = RepeatedPairs()

    var function: String { self.key.function }

    init(version: FunctionVersion, engine: Engine) {
        self.version = version
        self.key = version.key
        self.limitBytes = version.settings.memoryMegabytes << 20
        self.isDebugged = engine.settings.debuggedFunction == version.key.function
        self.timeoutNanoseconds =
            UInt64(self.isDebugged ? Self.pausedMilliseconds : version.settings.timeoutMilliseconds) * 1_000_000
        self.engine = engine
        self.rootNumber = engine.nextNumber()
        let numbers = NIOLoopBound(engine, eventLoop: engine.loop)
        var settings = PoolSettings(
            function: version.settings, queueDepth: engine.settings.queueDepth,
            queueWaitNanoseconds: UInt64(engine.settings.queueWaitMilliseconds) * 1_000_000,
            parallelism: engine.settings.parallelism)
        if self.isDebugged { settings.prepareForDebugger() }
        self.machine = PoolStateMachine(settings: settings, allocate: { numbers.value.nextNumber() })
    }

    /// Feeds the machine and does what it decides.
    ///
    /// Called again while that is under way (an action may answer a caller, who invokes again), it only decides.
    func change(now: UInt64, _ body: (inout PoolStateMachine, inout [PoolStateMachine.Action]) -> Void) {
        self.actions.decide { body(&self.machine, &$0) }
        guard self.actions.beginPerforming() else { return }
        while let action = self.actions.popFirst() { self.perform(action, now: now) }
    }

    private func perform(_ action: PoolStateMachine.Action, now: UInt64) {
        switch action {
        case .startZygote(let limited): self.startZygote(limitedByInvocation: limited, now: now)
        case .fork(let id): self.fork(id, now: now)
        case .dispatch(let invocation, let id, _): self.dispatch(invocation, to: id, now: now)
        case .shutDown(let id): self.shutDown(id, now: now)
        case .retract(let invocation, let id): self.retract(invocation, from: id, now: now)
        case .reject(let invocation, let failure):
            guard let pending = self.take(invocation) else { return }
            if failure == .retiredVersion {
                self.engine.move(pending, from: self.version, now: now)
            } else {
                self.fail(pending, failure, report: nil)
            }
        case .stopZygote: self.stopZygote()
        }
    }

    // MARK: - Invocations

    /// The invocation of the outermost `change`: most get an instance at once and need not go through `waiting`.
    private var arriving: Pending?

    /// Takes an admitted invocation.
    func invoke(_ pending: Pending, now: UInt64) {
        let isSmall = Self.isSmall(pending.invocation.event)
        if self.actions.isPerforming {
            self.waiting[pending.id] = pending
            self.change(now: now) { $0.invoke(pending.id, isSmall: isSmall, now: now, actions: &$1) }
        } else {
            self.arriving = pending
            self.change(now: now) { $0.invoke(pending.id, isSmall: isSmall, now: now, actions: &$1) }
            if let pending = self.arriving { self.waiting[pending.id] = pending }
            self.arriving = nil
        }
        // A queue's time limit is looked at by the tick.
        if self.machine.hasBacklog {
            self.engine.scheduleTick(at: now + PoolStateMachine.blockedNanoseconds)
        } else if self.machine.waitingCount > 0 {
            self.engine.scheduleTick(at: now + Engine.tickNanoseconds)
        }
    }

    /// Whether an event fits a frame, so that it may wait behind another one in an instance.
    ///
    /// What does not fit lies in the arena, where there is room for one event.
    static func isSmall(_ event: Event) -> Bool {
        var bytes = event.payload.readableBytes + event.traceID.utf8.count + event.contentType.utf8.count
        for pair in event.metadata { bytes += pair.name.utf8.count + pair.value.utf8.count + 8 }
        return bytes < Int(BRASA_SLOT_BYTES) / 2
    }

    func take(_ invocation: UInt64) -> Pending? {
        if let pending = self.arriving, pending.id == invocation {
            self.arriving = nil
            return pending
        }
        return self.waiting.removeValue(forKey: invocation)
    }

    private func dispatch(_ invocation: UInt64, to id: UInt64, now: UInt64) {
        if self.unprepared.contains(id) { self.prepareNow(id, now: now) }
        guard let pending = self.take(invocation) else { return }
        guard let instance = self.instances[id], !instance.isKilled else {
            // It was killed after the machine had decided, which has forgotten what was to go there.
            self.reinvoke(pending, now: now)
            return
        }
        pending.instance = instance
        pending.isCold = !instance.isReady
        if instance.running.isEmpty, instance.isReady { pending.startedAt = now }
        pending.position = instance.channel.submission_tail
        instance.running.append(pending)
        self.engine.watch(instance, now: now)
        if self.engine.submit(pending, to: instance) == Int32(BRASA_CHANNEL_FRAME) {
            self.engine.wake(instance)
        } else {
            self.wroteGarbage(instance)
        }
        if instance.running.count > 1 { self.engine.scheduleTick(at: now + PoolStateMachine.blockedNanoseconds) }
    }

    private func retract(_ invocation: UInt64, from id: UInt64, now: UInt64) {
        guard let instance = self.instances[id],
            let index = instance.running.firstIndex(where: { $0.id == invocation }), index > 0
        else { return }
        let pending = instance.running[index]
        guard brasa_channel_retract(&instance.channel, pending.position) == 1 else { return }
        instance.running.remove(at: index)
        pending.instance = nil
        pending.startedAt = 0
        self.waiting[pending.id] = pending
        self.change(now: now) { $0.retracted(invocation, from: id, now: now, actions: &$1) }
    }

    /// Sends an invocation that has not begun to another instance.
    func reinvoke(_ pending: Pending, now: UInt64) {
        pending.instance = nil
        pending.startedAt = 0
        self.invoke(pending, now: now)
    }

    /// Answers an invocation with a failure.
    func fail(_ pending: Pending, _ failure: Failure, report: InvocationReport?) {
        let failure = failure.with(afterFirstByte: pending.hasBegun).attributed(to: pending.requestID)
        self.finish(pending, .failure(failure), report: report)
    }

    /// Writes the log's last lines of an invocation and hands its outcome over.
    ///
    /// A failure after the function has ended its stream is for the log alone: the caller has its whole answer.
    func finish(_ pending: Pending, _ result: Outcome.Result, report: InvocationReport?) {
        var failure: Failure?
        var result = result
        if case .failure(let given) = result {
            failure = given
            if pending.hasEnded { result = .streamed }
        }
        var outcome = Outcome(
            requestID: pending.requestID,
            executedVersion: report != nil || failure?.phase != nil ? self.key.version : nil,
            result: result, report: report)
        guard let report else {
            self.engine.complete(pending, outcome)
            return
        }
        self.observe(result)
        if pending.invocation.event.wantsLogTail {
            outcome.logTail = self.tail(of: pending, report: report, failure: failure)
        }
        self.engine.complete(pending, outcome)
        self.engine.log.append(
            .finished(
                pending.requestID, version: self.key.version, report, failure: failure,
                withStart: !pending.hasLogged),
            function: self.function)
    }

    private func tail(of pending: Pending, report: InvocationReport, failure: Failure?) -> String {
        let renderer = self.engine.log.renderer
        let lines =
            [renderer.start(pending.requestID, version: self.key.version)] + pending.tail + [
                renderer.end(pending.requestID),
                renderer.report(pending.requestID, report, failure: failure),
            ]
        let text = lines.joined(separator: "\n") + "\n"
        // The last 4 KiB, as on AWS.
        return String(decoding: text.utf8.suffix(4_096), as: UTF8.self)
    }

    /// Writes a line of the function to its log.
    func write(_ message: String, source: LogLine.Source, level: String?, from instance: Instance?) {
        let pending = instance?.running.first
        if let pending {
            if !pending.hasLogged {
                pending.hasLogged = true
                self.engine.log.append(
                    .started(pending.requestID, version: self.key.version), function: self.function)
            }
            if pending.invocation.event.wantsLogTail {
                pending.tail.append(level.map { "[\($0)] \(message)" } ?? message)
                if pending.tail.count > 200 { pending.tail.removeFirst(100) }
            }
        }
        self.engine.log.append(
            .line(
                source: source, level: level, pending?.requestID, version: self.key.version, message: message),
            function: self.function)
    }

    /// Takes what an instance has printed into the log.
    func takeOutput(of instance: Instance, flush: Bool) {
        instance.readOutput { self.write($0, source: .output, level: nil, from: instance) }
        if flush { instance.flushOutput { self.write($0, source: .output, level: nil, from: instance) } }
    }
}

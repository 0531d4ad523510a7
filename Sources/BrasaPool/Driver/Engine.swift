package import BrasaModel
import CBrasaTransport
import Glibc
package import Logging
package import NIOCore
package import NIOPosix

/// Runs invocations: owns every pool, instance and timer, and lives on one event loop.
///
/// No locks: what comes from other threads (the supervisor, the control plane) hops onto the loop first.
package final class Engine {
    package let loop: any EventLoop
    package let settings: EngineSettings
    package let cap: any MemoryCap
    package let log: LogBook
    /// What functions may ask for.
    let services: any ServicePerformer
    let logger: Logger
    private(set) var supervisor: Supervisor!
    let doorbellDescriptor: Int32
    private var doorbellChannel: (any Channel)?
    /// Background work that may block: making resources, removing folders.
    let threads: NIOThreadPool

    package internal(set) var ledger: ConcurrencyLedger
    var pools: [FunctionVersion: InstancePool] = [:]
    /// Retired pools whose last invocations are still running; the same version may have been started anew meanwhile.
    var draining: [ObjectIdentifier: InstancePool] = [:]
    /// All pools that may have processes.
    var allPools: [InstancePool] { Array(self.pools.values) + Array(self.draining.values) }
    var poolsByZygote: [UInt64: InstancePool] = [:]
    package internal(set) var metrics: [String: FunctionMetrics] = [:]
    /// Instances with an invocation or on their way out: what doorbells and ticks look at.
    var watched: [Instance] = []
    /// Instances that were given something in this turn of the loop and have not been woken.
    private var unwoken: [Instance] = []
    /// Whether looking for an answer has been worth it.
    private var patience = Patience()
    private var tickScheduled: Scheduled<Void>?
    private var tickAt: UInt64 = .max
    private(set) var isStopping = false
    private var lastNumber: UInt64 = 0
    /// Buffers used again for each invocation.
    let message = ControlMessage()
    var text = ByteWriter(capacity: 65_536)
    private(set) var observers: [any InvocationObserver] = []
    /// Is told about new versions, on the loop.
    package var observer: ((VersionEvent) -> Void)?
    /// What an event's name stands for now, when its version was replaced before it got an instance: queued work runs on
    /// the new version.
    ///
    /// nil: nothing any more.
    package var resolve: ((Event) -> FunctionVersion?)?
    /// Invocations that found no free concurrency.
    var admissionQueue: AdmissionQueue
    /// Those invocations, by their numbers.
    var unadmitted: [UInt64: Unadmitted] = [:]
    var isAdmitting = false

    /// Makes an engine without functions.
    ///
    /// Call `start` before anything else.
    ///
    /// - Parameters:
    ///   - loop: the loop it lives on.
    ///   - threads: a running pool for work that blocks.
    ///   - services: what functions may ask for.
    package init(
        loop: any EventLoop, threads: NIOThreadPool, settings: EngineSettings, cap: any MemoryCap, log: LogBook,
        services: any ServicePerformer, logger: Logger
    ) {
        self.loop = loop
        self.threads = threads
        self.settings = settings
        self.cap = cap
        self.log = log
        self.services = services
        self.logger = logger
        self.ledger = ConcurrencyLedger(
            accountLimit: settings.accountConcurrency, limitsRates: settings.limitsRates)
        self.admissionQueue = AdmissionQueue(
            depth: settings.queueDepth, waitNanoseconds: UInt64(settings.concurrencyWaitMilliseconds) * 1_000_000)
        self.doorbellDescriptor = brasa_process_eventfd()
        precondition(self.doorbellDescriptor >= 0, "eventfd: \(String(cString: strerror(-self.doorbellDescriptor)))")
    }

    /// Starts listening.
    ///
    /// On the loop.
    package func start() -> EventLoopFuture<Void> {
        self.loop.preconditionInEventLoop()
        // A host that was killed has left its instances' folders.
        Folder.remove(self.settings.scratchFolder)
        mkdir(self.settings.scratchFolder, 0o711)
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        let loop = self.loop
        self.supervisor = Supervisor(
            workerPath: self.settings.workerPath, doorbell: self.doorbellDescriptor
        ) { id, event in
            loop.execute { bound.value.zygoteTold(id, event) }
        }
        // NIO closes what it is given; the supervisor passes the other one on.
        let reading = dup(self.doorbellDescriptor)
        return NIOPipeBootstrap(group: self.loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Doorbell { bound.value.doorbellRang() })
                }
            }
            .takingOwnershipOfDescriptor(input: reading)
            .map { bound.value.doorbellChannel = $0 }
    }

    /// Ends all processes.
    ///
    /// Invocations under way are answered with a failure. On the loop.
    package func stop() -> EventLoopFuture<Void> {
        self.isStopping = true
        self.tickScheduled?.cancel()
        for waiter in self.admissionQueue.remove(where: { _ in true }) { self.refuse(waiter, .stopping) }
        for pool in self.allPools { pool.failAll(.stopping) }
        let supervisor = self.supervisor
        let inside = self.allPools.flatMap { $0.endThreads() }
        let stopped: EventLoopFuture<Void> = self.threads.runIfActive(eventLoop: self.loop) {
            if let supervisor { supervisor.stop() }
            let limit = ContinuousClock.now + .seconds(2)
            for thread in inside { thread.wait(until: limit) }
        }
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        return stopped.flatMap { () -> EventLoopFuture<Void> in
            let engine = bound.value
            for pool in engine.allPools { pool.releaseAll() }
            engine.pools = [:]
            engine.draining = [:]
            let cap = engine.cap
            engine.inBackground { cap.tearDown() }
            // A thread that is still inside its function may ring it.
            if inside.allSatisfy(\.hasEnded) { close(engine.doorbellDescriptor) }
            return engine.doorbellChannel?.close() ?? engine.loop.makeSucceededVoidFuture()
        }
    }

    /// A number no instance, zygote or invocation of this host has had.
    func nextNumber() -> UInt64 {
        self.lastNumber += 1
        return self.lastNumber
    }

    /// Nanoseconds of the clock that all times in here are on.
    func now() -> UInt64 { NIODeadline.now().uptimeNanoseconds }

    /// Lets `observer` see every invocation that ends from now on.
    package func add(_ observer: any InvocationObserver) { self.observers.append(observer) }

    /// Ends that.
    ///
    /// One that was never added is not an error.
    package func remove(_ observer: any InvocationObserver) { self.observers.removeAll { $0 === observer } }

    /// The pool of a version, made when it is new.
    func pool(for version: FunctionVersion) -> InstancePool {
        if let pool = self.pools[version] { return pool }
        let pool = InstancePool(version: version, engine: self)
        self.pools[version] = pool
        return pool
    }

    // MARK: - Looking at instances

    /// Puts an instance on the list that doorbells and ticks look at.
    func watch(_ instance: Instance, now: UInt64) {
        if instance.watchIndex < 0 {
            instance.watchIndex = self.watched.count
            self.watched.append(instance)
        }
        // In time for the first look at a lost doorbell; the tick itself finds out about deadlines.
        self.scheduleTick(at: now + Self.tickNanoseconds)
    }

    /// Takes it off again.
    func unwatch(_ instance: Instance) {
        guard instance.watchIndex >= 0 else { return }
        let last = self.watched.removeLast()
        if last !== instance {
            self.watched[instance.watchIndex] = last
            last.watchIndex = instance.watchIndex
        }
        instance.watchIndex = -1
    }

    /// Wakes the instance: at once when it is the only one with an invocation, and else at the end of this turn of the loop,
    /// once for all that it gets in it, because a wake-up costs as much as reading and parsing a request.
    func wake(_ instance: Instance) {
        guard !instance.isUnwoken else { return }
        if self.watched.count == 1, instance.running.count == 1, instance.isReady {
            self.wakeAndLook(instance)
        } else {
            self.wakeLater(instance)
        }
    }

    private func wakeLater(_ instance: Instance) {
        instance.isUnwoken = true
        self.unwoken.append(instance)
        guard self.unwoken.count == 1 else { return }
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        self.loop.execute { bound.value.wakeAll() }
    }

    private func wakeAll() {
        for instance in self.unwoken {
            instance.isUnwoken = false
            instance.wake()
        }
        self.unwoken.removeAll(keepingCapacity: true)
    }

    /// Wakes the instance and looks for its answer at the end of this turn of the loop: one that comes within microseconds
    /// would otherwise cost a ring and a sleep, each more than the function.
    private func wakeAndLook(_ instance: Instance) {
        instance.wakeQuietly()
        let bound = NIOLoopBound((self, instance), eventLoop: self.loop)
        self.loop.execute {
            let (engine, instance) = bound.value
            engine.look(at: instance)
        }
    }

    private func look(at instance: Instance) {
        let isQuick = instance.pool.machine.meanDurationNanoseconds < Patience.nanoseconds
        let isWorthIt = isQuick && self.watched.count == 1 && self.patience.tries()
        let hasAnswered = instance.look(nanoseconds: isWorthIt ? Patience.nanoseconds : 0)
        if isWorthIt { self.patience.note(success: hasAnswered) }
        if hasAnswered { self.drain(instance) }
    }

    private func doorbellRang() {
        // Backwards, because an instance that is done takes itself off by moving the last one to its place.
        var index = self.watched.count - 1
        while index >= 0 {
            if index < self.watched.count { self.drain(self.watched[index]) }
            index -= 1
        }
    }

    // MARK: - Time

    /// How often instances with an invocation are looked at without a doorbell.
    static let tickNanoseconds: UInt64 = 20_000_000
    /// How often pools expire what is idle.
    static let idleTickNanoseconds: UInt64 = 1_000_000_000

    /// Makes sure that `tick` runs by `time`.
    func scheduleTick(at time: UInt64) {
        guard time < self.tickAt, !self.isStopping else { return }
        self.tickScheduled?.cancel()
        self.tickAt = time
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        self.tickScheduled = self.loop.scheduleTask(deadline: .uptimeNanoseconds(time)) { bound.value.tick() }
    }

    private func tick() {
        self.tickAt = .max
        let now = self.now()
        var next: UInt64 = .max
        for instance in self.watched.reversed() {
            next = min(next, instance.pool.look(at: instance, now: now))
        }
        for pool in self.allPools {
            next = min(next, pool.tick(now: now))
        }
        next = min(next, self.refuseOverdue(now: now))
        if next != .max { self.scheduleTick(at: max(next, now + 500_000)) }
    }
}

/// Tells the engine that an instance has rung.
private final class Doorbell: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let rang: () -> Void

    init(_ rang: @escaping () -> Void) {
        self.rang = rang
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { self.rang() }
}

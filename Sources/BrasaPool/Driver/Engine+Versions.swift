package import BrasaModel
import CBrasaTransport
import Glibc
import NIOCore
import NIOPosix

/// The control plane's side of the engine, and what the supervisor tells.
extension Engine {
    /// Hands a zygote's news to its pool.
    func zygoteTold(_ id: UInt64, _ event: ZygoteEvent) {
        if let pool = self.poolsByZygote[id] {
            pool.zygoteTold(event)
        } else if case .forked(_, _, let pidfd) = event, pidfd >= 0 {
            close(pidfd)
        }
    }

    /// Runs work that may block and that nobody waits for.
    func inBackground(_ work: @escaping @Sendable () -> Void) {
        self.threads.submit { _ in work() }
    }

    /// Writes an invocation into an instance's ring.
    ///
    /// Returns what `brasa_channel_invoke` does.
    func submit(_ pending: Pending, to instance: Instance) -> Int32 {
        let event = pending.invocation.event
        self.text.clear()
        self.text.native(UInt32(RequestID.characterCount))
        self.text.requestID(event.requestID)
        self.append(event.traceID)
        self.append(event.trigger.rawValue)
        self.append(event.contentType)
        let pairs = event.metadata.prefix(Int(BRASA_PAIRS_LIMIT))
        for pair in pairs {
            self.append(pair.name)
            self.append(pair.value)
        }
        let pool = instance.pool
        if event.payload.readableBytes > Int(BRASA_FRAME_INLINE_BYTES) / 2 { instance.arenaTouched = true }
        return self.text.withBytes { text in
            event.payload.withUnsafeReadableBytes { body in
                brasa_channel_invoke(
                    &instance.channel, pending.id, UInt32(pairs.count), Int64(pool.timeoutNanoseconds),
                    Int64(event.attempt), Int64(pool.limitBytes), text.baseAddress, UInt32(text.count),
                    body.baseAddress, UInt32(body.count))
            }
        }
    }

    private func append(_ string: String) {
        self.text.native(UInt32(string.utf8.count))
        self.text.text(string)
    }

    /// Starts a version; see `VersionRunner.start`.
    ///
    /// On the loop.
    func startVersion(_ version: FunctionVersion) -> EventLoopFuture<VersionReadiness> {
        guard !self.isStopping else { return self.loop.makeSucceededFuture(.failed(.stopping)) }
        let pool = self.pool(for: version)
        if case .ready = pool.readiness { return self.loop.makeSucceededFuture(pool.readiness ?? .failed(.stopping)) }
        let promise = self.loop.makePromise(of: VersionReadiness.self)
        pool.readinessWaiters.append(promise)
        pool.change(now: self.now()) { $0.start(actions: &$1) }
        return promise.futureResult
    }

    /// Retires a version.
    ///
    /// On the loop.
    func retireVersion(_ version: FunctionVersion) {
        guard let pool = self.pools.removeValue(forKey: version) else { return }
        // Another code of the same version (`$LATEST`) may have taken over already.
        if let successor = self.pools.values.first(where: { $0.version.key == version.key }) {
            successor.countProvisioned()
        } else {
            self.ledger.setProvisioned(0, version.key)
        }
        self.draining[ObjectIdentifier(pool)] = pool
        let now = self.now()
        pool.change(now: now) { $0.retire(now: now, actions: &$1) }
        self.moveWaiting(from: version)
    }

    /// What a version runs.
    ///
    /// On the loop.
    package func status(of version: FunctionVersion) -> VersionStatus? {
        guard let pool = self.pools[version] else { return nil }
        let machine = pool.machine
        return VersionStatus(
            readiness: pool.readiness, startingInstances: machine.startingCount, idleInstances: machine.idleCount,
            busyInstances: machine.busyCount, provisionedRequested: machine.settings.provisionedConcurrency,
            provisionedAllocated: machine.provisionedAllocated,
            provisionedAvailable: min(machine.provisionedAllocated, machine.idleCount),
            provisionedFailure: pool.provisionedFailure)
    }

    /// A `VersionRunner` that may be used from any thread.
    package var runner: EngineRunner { EngineRunner(NIOLoopBound(self, eventLoop: self.loop), loop: self.loop) }
}

extension InstancePool {
    /// Why provisioned instances are missing; nil while nothing has gone wrong.
    var provisionedFailure: String? {
        guard self.machine.settings.provisionedConcurrency > 0 else { return nil }
        if case .failed(let failure) = self.machine.zygote { return failure.message }
        return self.machine.lastStartFailure?.message
    }
}

/// Brings the control plane's calls onto the engine's loop.
package final class EngineRunner: VersionRunner {
    private let engine: NIOLoopBound<Engine>
    private let loop: any EventLoop

    init(_ engine: NIOLoopBound<Engine>, loop: any EventLoop) {
        self.engine = engine
        self.loop = loop
    }

    package func start(_ version: FunctionVersion) async -> VersionReadiness {
        let started = self.loop.flatSubmit { [engine] in engine.value.startVersion(version) }
        // A future of the engine fails only when its loop is shut down.
        return (try? await started.get()) ?? .failed(.stopping)
    }

    package func warm(_ version: FunctionVersion) async -> Failure? {
        let warmed = self.loop.flatSubmit { [engine] () -> EventLoopFuture<Failure?> in
            let engine = engine.value
            guard !engine.isStopping else { return engine.loop.makeSucceededFuture(.stopping) }
            return engine.pool(for: version).warm()
        }
        do { return try await warmed.get() } catch { return .stopping }
    }

    package func runningCode() async -> Set<String> {
        let codes = try? await self.loop.submit { [engine] in Set(engine.value.allPools.map(\.version.codeSHA256)) }
            .get()
        return codes ?? []
    }

    package func retire(_ version: FunctionVersion) async {
        try? await self.loop.submit { [engine] in engine.value.retireVersion(version) }.get()
    }

    package func setReservedConcurrency(_ limit: Int?, function: String) async {
        try? await self.loop.submit { [engine] in
            engine.value.ledger.setReserved(limit, function: function)
            engine.value.admitWaiting()
        }.get()
    }

    package func setProvisionedConcurrency(_ count: Int, version: FunctionVersion) async {
        try? await self.loop.submit { [engine] in
            let engine = engine.value
            let pool = engine.pool(for: version)
            let now = engine.now()
            pool.change(now: now) { $0.setProvisioned(count, now: now, actions: &$1) }
            pool.countProvisioned()
            engine.scheduleTick(at: now + Engine.idleTickNanoseconds)
        }.get()
    }

    /// Where the time of the version's last start went; nil when it is not running or has not come that far.
    package func startPhases(of version: FunctionVersion) async -> VersionStartPhases? {
        try? await self.loop.submit { [engine] in engine.value.pools[version]?.startPhases }.get()
    }

    package func status(of version: FunctionVersion) async -> VersionStatus? {
        try? await self.loop.submit { [engine] in engine.value.status(of: version) }.get()
    }
}

import BrasaModel
import CBrasaTransport
import Glibc
import NIOCore

/// A version's zygote, as the pool sees it.
struct ZygoteHandle {
    let id: UInt64
    /// The host's end of its control socket.
    let control: Int32
    let leaf: any MemoryLeaf
    let startedAt: UInt64
    /// When its start is cut off; nil once it is ready.
    var deadline: UInt64?
    let limitMilliseconds: Int
    let isLimitedByInvocation: Bool
    /// One of `enum brasa_life`, as it last reported.
    var phase: UInt32 = BRASA_LIFE_START.rawValue
    var failure: Failure?
    var isolation: Isolation = .process
    var note: String?
    var initNanoseconds: Int64 = 0
    var description = ""
    var partialLine = ""
}

extension VersionStartPhases {
    /// What a zygote said about its start, which began at `startedAt` and has ended now.
    init(_ times: ZygoteTimes, startedAt: UInt64, now: UInt64) {
        // A worker is not trusted with the host's arithmetic.
        let whole = Int64(now - min(now, startedAt))
        func within(_ nanoseconds: Int64) -> Int64 { min(max(0, nanoseconds), whole) }
        let exec = within(times.began &- Int64(startedAt))
        let constructors = times.constructors < 0 ? nil : within(min(times.constructors, times.load))
        let load = within(times.load) - (constructors ?? 0)
        let initialization = within(times.initialization)
        self.init(
            exec: exec, load: load, constructors: constructors, initialization: initialization,
            other: max(0, whole - exec - load - (constructors ?? 0) - initialization))
    }
}

extension InstancePool {
    var scratchRoot: String {
        "\(self.engine.settings.scratchFolder)/\(self.function)-\(self.version.codeSHA256.prefix(8))-\(self.rootNumber)"
    }

    // MARK: - Start

    func startZygote(limitedByInvocation: Bool, now: UInt64) {
        let settings = self.version.settings
        // Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html ("suppressed init")
        let limit =
            limitedByInvocation && !self.isDebugged ? settings.timeoutMilliseconds : self.initTimeoutMilliseconds
        let id = self.engine.nextNumber()
        var made: (any MemoryLeaf)?
        do {
            try SystemFile.makeFolder(self.scratchRoot, mode: 0o711)
            let leaf = try self.engine.cap.makeLeaf(name: "z\(id)", limitBytes: self.limitBytes)
            made = leaf
            let control = try self.engine.supervisor.launch(
                id, title: "brasa-worker: \(self.key)", environment: self.environment)
            self.zygote = ZygoteHandle(
                id: id, control: control, leaf: leaf, startedAt: now, deadline: now + UInt64(limit) * 1_000_000,
                limitMilliseconds: limit, isLimitedByInvocation: limitedByInvocation,
                isolation: settings.isolation ?? .process)
            self.engine.poolsByZygote[id] = self
            self.sendStart(isBare: settings.isolation == .exec, joins: true)
            self.engine.scheduleTick(at: now + UInt64(limit) * 1_000_000)
        } catch {
            made?.remove()
            let failure = Failure(
                kind: .host, errorType: "ServiceException", message: "The host could not start a zygote. \(error)")
            self.become(.failed(failure))
            self.change(now: now) { $0.zygoteFailed(failure, now: now, actions: &$1) }
        }
    }

    private func sendStart(isBare: Bool, joins: Bool) {
        guard let zygote = self.zygote else { return }
        var flags: UInt32 = 0
        if isBare { flags |= BRASA_CONTROL_BARE.rawValue }
        if self.version.settings.isolation == .process { flags |= BRASA_CONTROL_NO_EXEC_FALLBACK.rawValue }
        if self.isDebugged { flags |= BRASA_CONTROL_DEBUGGED.rawValue }
        let message = self.engine.message
        message.begin(BRASA_CONTROL_START, flags: flags, number: Int64(zygote.leaf.dataLimitBytes))
        let texts = [
            self.version.libraryPath, self.version.settings.entry ?? "", self.function, self.key.version,
            self.scratchRoot, self.settingsJSON, self.version.settings.symbol?.call ?? "",
        ]
        for text in texts { _ = message.append(text) }
        let descriptors = joins && zygote.leaf.joinDescriptor >= 0 ? [zygote.leaf.joinDescriptor] : []
        // A new socket has room; a zygote that is gone already is told by its end.
        _ = message.send(to: zygote.control, descriptors: descriptors)
    }

    var settingsJSON: String {
        // Only plain values: names are checked, numbers are numbers.
        let settings = self.version.settings
        return "{\"function\":\"\(self.function)\",\"version\":\"\(self.key.version)\","
            + "\"memoryMegabytes\":\(settings.memoryMegabytes),\"timeoutMilliseconds\":\(settings.timeoutMilliseconds)}"
    }

    /// The whole environment of the function's processes: nothing is inherited from the host.
    private var environment: [String: String] {
        let settings = self.version.settings
        var variables = self.engine.settings.environment
        variables["PATH"] = "/usr/local/bin:/usr/bin:/bin"
        variables["LANG"] = "C.UTF-8"
        variables["TZ"] = ":UTC"
        variables["HOME"] = "/tmp"
        variables["AWS_LAMBDA_FUNCTION_NAME"] = self.function
        variables["AWS_LAMBDA_FUNCTION_VERSION"] = self.key.version
        variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = "\(settings.memoryMegabytes)"
        variables["AWS_LAMBDA_LOG_GROUP_NAME"] = "/aws/lambda/\(self.function)"
        variables["AWS_LAMBDA_INITIALIZATION_TYPE"] =
            settings.provisionedConcurrency > 0 ? "provisioned-concurrency" : "on-demand"
        variables["_HANDLER"] = settings.entry ?? self.function
        return variables.merging(settings.environment) { _, own in own }
    }

    // MARK: - Events

    func zygoteTold(_ event: ZygoteEvent) {
        let now = self.engine.now()
        switch event {
        case .phase(let phase): self.zygote?.phase = UInt32(bitPattern: phase)
        case .ready(let fallsBack, let times, let description, let note):
            self.zygoteReady(fallsBack: fallsBack, times: times, description: description, note: note, now: now)
        case .failed(let phase, let type, let message):
            let phase = Failure.Phase(life: UInt32(bitPattern: phase)) ?? .load
            self.zygote?.failure = self.refusal(type: type, message: message, phase: phase)
        case .forked(let id, let pid, let pidfd):
            self.forkAnswered()
            if let instance = self.instances[id] {
                instance.forked(pid: pid, pidfd: pidfd)
                self.tellWhenDebuggable(instance)
            } else if pidfd >= 0 {
                close(pidfd)
            }
        case .exited(let id, let status, let peak, let isDirty):
            // Told without a `forked` before, the fork itself has failed.
            if self.instances[id]?.pid == 0 { self.forkAnswered() }
            self.exited(id, waitStatus: status, peakBytes: Int(peak), isScratchDirty: isDirty)
        case .output(let text): self.zygotePrinted(text)
        case .ended(let status): self.zygoteEnded(status, now: now)
        }
    }

    /// What a worker says about the library or its `init`, for callers: they know the file, not where the host keeps its copy.
    func refusal(type: String, message: String, phase: Failure.Phase) -> Failure {
        let path = self.version.libraryPath
        let name = path.split(separator: "/").last.map(String.init) ?? path
        var message = message.replacing(path, with: name)
        if message.hasSuffix(".") { message.removeLast() }
        return Failure(
            kind: .initialization, errorType: type, message: "\(message) (phase \(phase.rawValue))", phase: phase)
    }

    private func zygoteReady(fallsBack: Bool, times: ZygoteTimes, description: String, note: String, now: UInt64) {
        guard let startedAt = self.zygote?.startedAt else { return }
        let nanoseconds = times.load + times.initialization
        if nanoseconds > 0 || self.startPhases == nil {
            self.startPhases = VersionStartPhases(times, startedAt: startedAt, now: now)
        }
        if self.isInprocess {
            self.loadIntoHost(initNanoseconds: nanoseconds)
            return
        }
        if fallsBack {
            // It has started over without the library: instances will load it themselves.
            self.zygote?.isolation = .exec
            self.zygote?.note = note
            self.zygote?.initNanoseconds = nanoseconds
            self.zygote?.description = description
            self.write(
                "\(note): each instance is a fresh process (isolation exec).", source: .platform, level: "WARN",
                from: nil)
            self.sendStart(isBare: true, joins: false)
            return
        }
        self.zygote?.deadline = nil
        // The kernel counts what it needs for an instance (page tables, stacks) against who forks it: with the cap in place
        // the zygote of a 64 MB function was killed at its 490th living instance.
        self.zygote?.leaf.lift()
        if nanoseconds > 0 { self.zygote?.initNanoseconds = nanoseconds }
        if !description.isEmpty { self.zygote?.description = description }
        if let zygote = self.zygote {
            self.become(
                .ready(isolation: zygote.isolation, initNanoseconds: zygote.initNanoseconds, note: zygote.note))
        }
        self.change(now: now) { $0.zygoteReady(now: now, actions: &$1) }
    }

    private func zygotePrinted(_ text: String) {
        guard var zygote = self.zygote else { return }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let rest = lines.removeLast()
        if !lines.isEmpty {
            self.write(zygote.partialLine + lines.removeFirst(), source: .output, level: nil, from: nil)
            for line in lines { self.write(String(line), source: .output, level: nil, from: nil) }
            zygote.partialLine = ""
        }
        zygote.partialLine += rest
        // As with the output of instances: a line without end is not collected without end.
        if zygote.partialLine.utf8.count >= 65_536 {
            self.write(zygote.partialLine, source: .output, level: nil, from: nil)
            zygote.partialLine = ""
        }
        self.zygote = zygote
    }

    /// Ends the zygote and all of its processes, because it does not keep to the protocol; `zygoteEnded` follows.
    func endZygote() {
        if let zygote = self.zygote { self.engine.supervisor.kill(zygote.id) }
    }

    /// Cuts off a start that takes too long.
    func checkZygote(now: UInt64) {
        guard let zygote = self.zygote, let deadline = zygote.deadline, now >= deadline else { return }
        let phase = Failure.Phase(life: zygote.phase) ?? .`init`
        self.zygote?.deadline = nil
        self.zygote?.failure = .initTimedOut(milliseconds: zygote.limitMilliseconds, phase: phase)
        self.engine.supervisor.kill(zygote.id)
    }

    private func zygoteEnded(_ waitStatus: Int32, now: UInt64) {
        guard let zygote = self.zygote else { return }
        if !zygote.partialLine.isEmpty { self.zygotePrinted("\n") }
        let phase = Failure.Phase(life: zygote.phase) ?? .load
        let failure =
            zygote.failure
            ?? (zygote.leaf.wasOutOfMemory()
                ? .outOfMemory(limitMegabytes: self.version.settings.memoryMegabytes, phase: phase)
                : .ended(waitStatus: waitStatus, phase: phase))
        self.forgetZygote()
        if self.machine.zygote == .starting {
            self.engine.log.append(
                .initReport(
                    version: self.key.version, durationNanoseconds: Int64(now - zygote.startedAt),
                    phase: zygote.isLimitedByInvocation ? "invoke" : "init", failure),
                function: self.function)
            self.become(.failed(failure))
            self.change(now: now) { $0.zygoteFailed(failure, now: now, actions: &$1) }
        } else {
            self.endAllInstances()
        }
    }

    /// Ends the zygote of a version that is retired and drained.
    func stopZygote() {
        self.answerWarmWaiters(.retiredVersion)
        self.forgetZygote()
        self.tellReadiness(.failed(.retiredVersion))
        self.discardReserve()
        self.closeLibrary()
        self.engine.draining[ObjectIdentifier(self)] = nil
        let root = self.scratchRoot
        self.engine.inBackground { Folder.remove(root) }
    }

    func forgetZygote() {
        guard let zygote = self.zygote else { return }
        self.engine.supervisor.close(zygote.id)
        self.engine.poolsByZygote[zygote.id] = nil
        self.zygote = nil
        self.dropForks()
        let leaf = zygote.leaf
        self.engine.inBackground { leaf.remove() }
    }

    func become(_ readiness: VersionReadiness) {
        self.readiness = readiness
        self.tellReadiness(readiness)
    }

    private func tellReadiness(_ readiness: VersionReadiness) {
        let waiters = self.readinessWaiters
        self.readinessWaiters = []
        for waiter in waiters { waiter.succeed(readiness) }
        if case .failed(let failure) = readiness { self.answerWarmWaiters(failure) }
    }
}

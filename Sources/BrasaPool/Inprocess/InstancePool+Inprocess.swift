import BrasaModel
import CBrasaTransport
import Logging
import NIOCore

/// Instances that are threads of the host.
///
/// A version starts as any other does: a zygote loads and initialises it, so that a library that crashes or hangs there never
/// gets near the host. That zygote ends, the host loads the library, and each instance is a thread that runs `init` for a
/// state of its own.
extension InstancePool {
    /// Threads past their timeouts that a version may have before it takes no more events.
    static let runawaysAllowed = 8

    var isInprocess: Bool { self.version.settings.isolation == .inprocess }

    /// Why no thread may be added; nil: one may.
    var runawayFailure: Failure? {
        guard self.isInprocess else { return nil }
        let count = self.instances.values.count { $0.isKilled }
        guard count >= Self.runawaysAllowed else { return nil }
        return Failure(
            kind: .throttled(.concurrentInvocationLimitExceeded), errorType: "TooManyRequestsException",
            message:
                "\(count) calls of this function run past their timeouts inside the host, where nothing can end them;"
                + " it takes events again when they have returned.")
    }

    /// The zygote has shown that the library loads and initialises: the host does the same.
    func loadIntoHost(initNanoseconds: Int64) {
        self.forgetZygote()
        let (path, entry, function) = (self.version.libraryPath, self.version.settings.entry ?? "", self.function)
        let (number, loop) = (self.rootNumber, self.engine.loop)
        let bound = NIOLoopBound(self, eventLoop: loop)
        // A thread of its own: constructors may hang, and the host's few threads for blocking work are for others too.
        Thread.start(name: "load-\(function)") {
            let result = Result { () throws(InprocessLibraryError) in
                try InprocessLibrary(path: path, entry: entry, function: function, number: number)
            }
            loop.execute { bound.value.loaded(result, initNanoseconds: initNanoseconds) }
        }
    }

    private func loaded(_ result: Result<InprocessLibrary, InprocessLibraryError>, initNanoseconds: Int64) {
        let now = self.engine.now()
        switch result {
        case .success(let library) where self.machine.zygote != .starting || self.engine.isStopping:
            // It was replaced meanwhile.
            self.engine.inBackground { _ = library.close() }
        case .success(let library):
            self.library = library
            var note = Isolation.inprocess.caveat ?? ""
            if !self.version.settings.environment.isEmpty { note += "; its environment variables are not set" }
            self.write("This function \(note).", source: .platform, level: "WARN", from: nil)
            self.engine.logger.warning(
                "function runs inside the host", metadata: ["function": "\(self.function)", "note": "\(note)"])
            self.become(.ready(isolation: .inprocess, initNanoseconds: initNanoseconds, note: note))
            self.change(now: now) { $0.zygoteReady(now: now, actions: &$1) }
        case .failure(let error):
            let failure = self.refusal(type: "Runtime.InvalidEntrypoint", message: error.message, phase: .load)
            self.become(.failed(failure))
            self.change(now: now) { $0.zygoteFailed(failure, now: now, actions: &$1) }
        }
    }

    func startThread(_ instance: Instance, _ resources: InstanceResources, _ library: InprocessLibrary) {
        resources.closeInstanceSide()
        let thread = instance.channel.head.flatMap {
            InstanceThread(
                library, head: $0, doorbell: self.engine.doorbellDescriptor, function: self.function,
                version: self.version.key.version, settings: self.settingsJSON)
        }
        let id = instance.id
        let bound = NIOLoopBound((self, self.engine), eventLoop: self.engine.loop)
        let loop = self.engine.loop
        instance.thread = thread
        let ended: @Sendable () -> Void = {
            loop.execute { bound.value.0.exited(id, waitStatus: 0, peakBytes: 0, isScratchDirty: false) }
        }
        guard let thread else {
            ended()
            return
        }
        thread.start(ended: ended)
    }

    /// Abandons all threads, which end when their functions return.
    func endThreads() -> [InstanceThread] {
        self.instances.values.compactMap { instance in
            if instance.thread != nil { instance.kill() }
            return instance.thread
        }
    }

    /// Takes the library out of the host when the version is over.
    func closeLibrary() {
        guard let library else { return }
        self.library = nil
        let (logger, function) = (self.engine.logger, self.function)
        self.engine.inBackground {
            guard let reason = library.close() else { return }
            logger.info(
                "a replaced library stays in the host", metadata: ["function": "\(function)", "reason": "\(reason)"])
        }
    }
}

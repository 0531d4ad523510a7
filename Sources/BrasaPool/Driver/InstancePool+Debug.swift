import BrasaModel
import Glibc

/// A function that somebody looks at with a debugger: time does not pass for it.
extension InstancePool {
    /// For no limit at all: long enough for anybody, and far from where nanoseconds overflow.
    static let pausedMilliseconds = 365 * 86_400_000

    /// How long `init` may take, and `thaw`.
    var initTimeoutMilliseconds: Int {
        self.isDebugged ? Self.pausedMilliseconds : self.version.settings.initTimeoutMilliseconds
    }

    /// Tells which process to attach to, once it has thawed and its number is known.
    func tellWhenDebuggable(_ instance: Instance) {
        // A thread of the host is looked at in the host.
        let pid = instance.thread == nil ? instance.pid : getpid()
        guard self.isDebugged, instance.isReady, pid > 0 else { return }
        self.engine.observer?(.debuggable(self.version, pid: pid))
    }
}

extension PoolSettings {
    /// One instance that stays, and whose breakpoints nobody minds waiting for.
    mutating func prepareForDebugger() {
        let long = UInt64(InstancePool.pausedMilliseconds) * 1_000_000
        self.spareInstances = 0
        self.minimumInstances = 1
        self.maximumInstances = 1
        self.idleTimeoutNanoseconds = long
        self.retireAfterInvocations = 0
        self.retireAfterNanoseconds = 0
        self.queueWaitNanoseconds = long
        // What waits behind a breakpoint would be taken back and placed again all the time.
        self.pipelineDepth = 1
    }
}

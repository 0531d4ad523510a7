/// What a zygote told its host.
package enum ZygoteEvent: Sendable {
    /// A phase begins: one of `enum brasa_life`.
    case phase(Int32)
    /// Instances can be made. `fallsBack`: only as fresh processes, for the reason in `note`.
    case ready(fallsBack: Bool, times: ZygoteTimes, description: String, note: String)
    /// Loading or initialising failed; the zygote ends.
    case failed(phase: Int32, errorType: String, message: String)
    /// An instance was forked. The receiver owns `pidfd`; -1 when the kernel gave none.
    case forked(instance: UInt64, pid: Int32, pidfd: Int32)
    /// An instance has ended.
    case exited(instance: UInt64, waitStatus: Int32, peakBytes: Int64, isScratchDirty: Bool)
    /// Bytes on standard output or error before the first instance.
    case output(String)
    /// The zygote has ended, and its instances with it. `waitStatus` as of wait(2).
    case ended(waitStatus: Int32)
}

/// How long a zygote's start took, in its own words; nanoseconds.
package struct ZygoteTimes: Sendable, Hashable {
    /// Opening the library, constructors included; 0 when it did not.
    package var load: Int64
    package var initialization: Int64
    /// The part of `load` that was constructors; -1: not known.
    package var constructors: Int64
    /// When the program began, on the clock of the engine.
    package var began: Int64
}

/// What a zygote told its host.
package enum ZygoteEvent: Sendable {
    /// A phase begins: one of `enum brasa_life`.
    case phase(Int32)
    /// Instances can be made. `fallsBack`: only as fresh processes, for the reason in `note`.
    case ready(fallsBack: Bool, loadNanoseconds: Int64, initNanoseconds: Int64, description: String, note: String)
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

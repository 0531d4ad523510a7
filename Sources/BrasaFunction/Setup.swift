/// What a module's state is made from, once per version and before instances are forked.
///
/// Be pure: no threads, no sockets, nothing that has to differ between instances. That belongs into `thaw`.
public struct Setup {
    /// The function's settings as JSON.
    public let config: [UInt8]
    /// The function's log, outside any invocation.
    public let log: Log
}

/// What each instance is given before its first invocation.
public struct Thaw {
    /// Why an instance starts.
    public enum Reason: Sendable, Hashable {
        /// It was just forked from the prepared process.
        case forked
        /// It was suspended and goes on.
        case resumed
    }

    /// Why the instance starts.
    public let reason: Reason
    /// 32 fresh bytes to seed generators with, as siblings are otherwise identical.
    public let entropy: [UInt8]
}

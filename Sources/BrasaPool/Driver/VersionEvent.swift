package import BrasaModel

/// What those who replace versions want to know about a new one.
package enum VersionEvent: Sendable {
    /// It has answered for the first time, at this time of the monotonic clock in nanoseconds.
    case firstReply(FunctionVersion, atNanoseconds: UInt64)
    /// The one instance of a function that is debugged is ready.
    case debuggable(FunctionVersion, pid: Int32)
    /// Its processes die in its first calls; `failure` is the last death.
    case keepsDying(FunctionVersion, Failure, deaths: Int, calls: Int)
}

package import BrasaConfig

/// What happens in a host, for whoever watches it closely.
package enum HostEvent: Sendable {
    /// An invocation has ended.
    case invoked(InvocationNote)
    /// A function wrote a line to its log; `level` is nil for what it printed.
    case wrote(function: String, level: String?, message: String)
    /// A function's `init` did not succeed.
    case failedToStart(function: String, errorType: String, message: String)
    /// A library was taken over, or not.
    case library(LibraryNote)
    /// The one instance of the function that is debugged is ready.
    case debuggable(function: String, pid: Int32)
    /// The configuration was read again and holds.
    case configured(Configuration)
}

/// What has become of the library of one function.
package struct LibraryNote: Sendable, Hashable {
    /// How it ended.
    package enum Outcome: Sendable, Hashable {
        /// Events go to it from now on.
        case live
        /// What ran before goes on; `phase` is `verify` or where its code failed.
        case refused(phase: String, reason: String)
        /// It was live, its processes died, and what ran before has come back.
        case rolledBack(reason: String)
        /// It is no longer in the folder, and the function is gone.
        case removed
    }

    package let function: String
    package let outcome: Outcome
    /// SHA-256 of the library this is about; nil when it was not even read.
    package let sha256: String?
    /// Whether there was a version before it.
    package let replaced: Bool
    /// From the moment the file was complete until events went to it, in nanoseconds; 0 unless it is live.
    package let nanoseconds: UInt64

    package init(
        function: String, outcome: Outcome, sha256: String? = nil, replaced: Bool = false, nanoseconds: UInt64 = 0
    ) {
        self.function = function
        self.outcome = outcome
        self.sha256 = sha256
        self.replaced = replaced
        self.nanoseconds = nanoseconds
    }
}

/// Why a host did not give what it was asked for.
struct ControlError: Error, Sendable, CustomStringConvertible {
    /// The kinds that commands tell apart.
    enum Code: Sendable, Hashable {
        /// Nobody listens there.
        case unreachable
        /// The connection ended, or time ran out, before the answer was complete.
        case interrupted
        /// The host said no; its HTTP status.
        case refused(Int)
        /// The answer is not what a host says.
        case unexpected
        /// The task was cancelled.
        case cancelled
    }

    let code: Code
    /// A full sentence that names the endpoint or quotes the host.
    let message: String
    let cause: (any Error)?

    init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    var description: String { self.message }

    /// Whether the host may be back later.
    var isOfConnection: Bool { self.code == .unreachable || self.code == .interrupted }

    var status: ExitStatus {
        switch self.code {
        case .unreachable, .interrupted: .unavailable
        case .refused, .cancelled: .failed
        case .unexpected: .internalError
        }
    }
}

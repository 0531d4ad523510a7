/// Why a command could not do what it was asked to.
struct CommandFailure: Error, Sendable, CustomStringConvertible {
    let status: ExitStatus
    /// A full sentence; printed as `error: ...`.
    let message: String
    let cause: (any Error)?

    init(_ status: ExitStatus, _ message: String, cause: (any Error)? = nil) {
        self.status = status
        self.message = message
        self.cause = cause
    }

    var description: String { self.message }
}

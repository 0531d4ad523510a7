package import BrasaModel

extension Failure {
    /// The version was replaced or deleted while the invocation waited.
    package static let retiredVersion = Failure(
        kind: .stopping, errorType: "ResourceConflictException",
        message: "The version was replaced or deleted while the invocation waited for it.")

    /// More invocations wait for the version to start than the host allows.
    package static func queueFull(depth: Int) -> Failure {
        Failure(
            kind: .throttled(.callerRateLimitExceeded), errorType: "TooManyRequestsException",
            message: "\(depth) invocations wait for this version to start already (limits.queue.depth).")
    }

    /// An invocation waited for the version to start for longer than the host allows.
    package static func waitedTooLong(nanoseconds: UInt64) -> Failure {
        Failure(
            kind: .throttled(.callerRateLimitExceeded), errorType: "TooManyRequestsException",
            message: "The version did not start within \(nanoseconds / 1_000_000) ms (limits.queue.wait).")
    }

    /// No instance may be added for the invocation.
    package static func throttled(_ reason: ThrottleReason) -> Failure {
        Failure(kind: .throttled(reason), errorType: "TooManyRequestsException", message: "Rate Exceeded.")
    }
}

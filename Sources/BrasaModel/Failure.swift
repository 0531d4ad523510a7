/// Why an invocation gave no complete reply.
///
/// A normal outcome, so a value and not an `Error`.
package struct Failure: Sendable, Hashable {
    /// The kinds that callers tell apart.
    package enum Kind: Sendable, Hashable {
        /// The function answered with an error; the instance lives on.
        case function
        /// The deadline passed; the instance was killed.
        case timeout
        /// The instance ended by a signal or an exit before it had answered.
        case crash
        /// The instance went over its memory cap.
        case outOfMemory
        /// `load`, `init`, `freeze` or `thaw` failed.
        case initialization
        /// The reply was over the limit.
        case responseTooLarge
        /// The instance wrote something that is not the protocol.
        case protocolViolation
        /// No instance was free and none may be added.
        case throttled(ThrottleReason)
        /// No such function, version or alias.
        case notFound
        /// The event was over a limit.
        case requestTooLarge
        /// The host is stopping.
        case stopping
        /// The client left before the answer was complete.
        case clientLeft
        /// A failure of the host itself.
        case host
    }

    /// The part of an instance's life in which it failed.
    package enum Phase: String, Sendable, Hashable {
        case load, `init`, freeze, thaw, invoke, shutdown
    }

    package var kind: Kind
    /// The documented name, such as `Sandbox.Timedout` or what the function gave.
    package var errorType: String
    /// A full sentence, as the caller sees it.
    package var message: String
    package var phase: Phase?
    /// Whether part of a streamed reply had already been handed to the client.
    package var afterFirstByte: Bool
    /// Whether the function asked for another attempt (`BRASA_RETRY`).
    package var asksForRetry: Bool

    package init(
        kind: Kind, errorType: String, message: String, phase: Phase? = nil, afterFirstByte: Bool = false,
        asksForRetry: Bool = false
    ) {
        self.kind = kind
        self.errorType = errorType
        self.message = message
        self.phase = phase
        self.afterFirstByte = afterFirstByte
        self.asksForRetry = asksForRetry
    }
}

extension Failure {
    /// What the event names does not exist.
    package static func notFound(_ event: Event) -> Failure {
        let name = event.qualifier.map { "\(event.function):\($0)" } ?? event.function
        return Failure(
            kind: .notFound, errorType: "ResourceNotFoundException", message: "Function not found: \(name)")
    }
}

import BrasaModel

/// What the end of one delivery means for the event.
enum AsyncVerdict: Sendable, Hashable {
    /// The function has handled it.
    case handled
    /// A function error: consumes an attempt.
    case failed(AsyncDeliveryError)
    /// The function was not at fault: consumes no attempt.
    case refused(AsyncRefusal)
    /// No further attempt can succeed.
    case hopeless(AsyncDeath.Reason, AsyncDeliveryError)
    /// It is not stored any more, so there is nothing to do and nothing to note.
    case vanished

    init(_ outcome: Outcome) {
        guard case .failure(let failure) = outcome.result else {
            self = .handled
            return
        }
        let error = AsyncDeliveryError(errorType: failure.errorType, message: failure.message)
        if failure.asksForRetry {
            self = .failed(error)
            return
        }
        switch failure.kind {
        case .function, .timeout, .crash, .outOfMemory, .initialization, .responseTooLarge, .protocolViolation:
            self = .failed(error)
        case .throttled(let reason):
            self = .refused(.throttled(reason))
        case .stopping:
            self = .refused(.stopping)
        case .host, .clientLeft:
            // Nobody waits for an asynchronous event, so a client that left can only be the host's own doing.
            self = .refused(.host)
        case .notFound:
            self = .hopeless(.functionNotFound, error)
        case .requestTooLarge:
            self = .hopeless(.eventTooLarge, error)
        }
    }
}

/// Why an event was not delivered though nothing is wrong with it or its function.
enum AsyncRefusal: Sendable, Hashable {
    case throttled(ThrottleReason)
    case stopping
    case host

    /// What is kept when the event is given up after such refusals.
    var error: AsyncDeliveryError {
        switch self {
        case .throttled(let reason):
            AsyncDeliveryError(
                errorType: "TooManyRequestsException", message: "The last delivery was refused: \(reason.rawValue).")
        case .stopping:
            AsyncDeliveryError(
                errorType: "ServiceException", message: "The last delivery was refused: the host was stopping.")
        case .host:
            AsyncDeliveryError(
                errorType: "ServiceException", message: "The last delivery was refused: the host itself failed.")
        }
    }
}

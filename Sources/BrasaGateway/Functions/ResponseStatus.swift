package import BrasaModel

/// The HTTP status that an outcome gets.
package enum ResponseStatus {
    /// What the client of an HTTP request saw; nil: a stream, whose status went out when it began.
    package static func status(_ outcome: Outcome) -> Int? {
        switch outcome.result {
        case .reply(let reply): FunctionResponse(reply).status
        case .streamed: nil
        case .failure(let failure): failure.afterFirstByte ? nil : Self.status(failure)
        }
    }

    /// That of an answer which has not begun when the invocation fails.
    static func status(_ failure: Failure) -> Int {
        switch failure.kind {
        case .notFound: 404
        case .requestTooLarge: 413
        case .throttled: 429
        case .timeout: 504
        // A start that was cut off: the client waited for its time too.
        case .initialization where failure.errorType == "Sandbox.Timedout": 504
        case .stopping: 503
        case .host: 500
        case .function, .crash, .outOfMemory, .initialization, .responseTooLarge, .protocolViolation, .clientLeft: 502
        }
    }
}

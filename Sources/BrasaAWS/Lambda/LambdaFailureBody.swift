package import BrasaModel

/// What a caller receives as payload, with `X-Amz-Function-Error`, when a function gave no reply.
///
/// One text for each kind of failure, in the service's words and order of members.
package enum LambdaFailureBody {
    /// The value of `X-Amz-Function-Error`; `Handled` is no longer in use.
    package static let header = "Unhandled"

    /// The JSON body.
    package static func json(for failure: Failure, requestID: RequestID) -> String {
        switch failure.kind {
        case .function:
            return self.exception(failure, requestID: requestID.description)
        case .initialization where !self.isOfPlatform(failure.errorType):
            // No request has been seen yet when `init` runs.
            return self.exception(failure, requestID: "")
        case .responseTooLarge:
            return JSONText.object([("errorMessage", failure.message), ("errorType", failure.errorType)])
        default:
            return JSONText.object([
                ("errorType", failure.errorType), ("errorMessage", self.prefixed(failure.message, requestID)),
            ])
        }
    }

    /// The failure for a reply that does not fit.
    package static func responseTooLarge(limitBytes: Int) -> Failure {
        Failure(
            kind: .responseTooLarge, errorType: "Function.ResponseSizeTooLarge",
            message: "Response payload size exceeded maximum allowed payload size (\(limitBytes) bytes).")
    }

    private static func exception(_ failure: Failure, requestID: String) -> String {
        let head = JSONText.object([
            ("errorMessage", failure.message), ("errorType", failure.errorType), ("requestId", requestID),
        ])
        return "\(head.dropLast()),\"stackTrace\":[]}"
    }

    private static func isOfPlatform(_ errorType: String) -> Bool {
        errorType.hasPrefix("Runtime.") || errorType.hasPrefix("Sandbox.")
    }

    private static func prefixed(_ message: String, _ requestID: RequestID) -> String {
        message.hasPrefix("RequestId: ") ? message : "RequestId: \(requestID) Error: \(message)"
    }
}

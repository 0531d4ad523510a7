package import BrasaModel
package import NIOCore

/// An error of the Lambda API: its type, HTTP status and message, exactly as SDKs read them.
package struct LambdaError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Name of the exception, such as `ResourceNotFoundException`.
    package let type: String
    package let status: Int
    package let message: String
    /// `Reason` of a throttled call; nil otherwise.
    package let reason: String?

    package init(_ type: String, status: Int, message: String, reason: String? = nil) {
        self.type = type
        self.status = status
        self.message = message
        self.reason = reason
    }

    /// The type and the message.
    package var description: String { "\(self.type): \(self.message)" }

    /// Headers beside the body.
    package var headers: [(String, String)] {
        var headers = [("content-type", "application/json"), ("x-amzn-errortype", self.type)]
        if self.status == 429 { headers.append(("retry-after", "1")) }
        return headers
    }

    /// The JSON body.
    ///
    /// The service spells the member `Message` in some exceptions and `message` in others; clients written against one
    /// spelling do not look for the other.
    package var body: ByteBuffer {
        let isCapital = self.type == "ResourceNotFoundException" || self.type == "ServiceException"
        // What is refused before an operation has seen it has no `Type`.
        let isEarly = ["ValidationException", "SerializationException", "RequestEntityTooLargeException"].contains(
            self.type)
        let origin = self.status >= 500 ? "Service" : "User"
        return ByteBuffer(
            string: JSONText.object([
                ("Reason", self.reason), ("Type", isEarly ? nil : origin),
                (isCapital ? "Message" : "message", self.message),
            ]))
    }
}

extension LambdaError {
    /// A value is not allowed, 400.
    package static func invalidParameter(_ message: String) -> LambdaError {
        LambdaError("InvalidParameterValueException", status: 400, message: message)
    }

    /// The body is not what the operation takes, 400.
    package static func invalidContent(_ message: String) -> LambdaError {
        LambdaError("InvalidRequestContentException", status: 400, message: message)
    }

    /// The body has the wrong types or is no JSON, 400.
    package static func serialization(_ message: String) -> LambdaError {
        LambdaError("SerializationException", status: 400, message: message)
    }

    /// No such function, version or alias, 404.
    package static func notFound(_ message: String) -> LambdaError {
        LambdaError("ResourceNotFoundException", status: 404, message: message)
    }

    /// The state does not allow it, 409.
    package static func conflict(_ message: String) -> LambdaError {
        LambdaError("ResourceConflictException", status: 409, message: message)
    }

    /// The request is over a limit, 413.
    package static func tooLarge(_ message: String) -> LambdaError {
        LambdaError("RequestTooLargeException", status: 413, message: message)
    }

    /// An upload or a body of the control plane is over a limit, 413.
    package static func entityTooLarge(_ message: String) -> LambdaError {
        LambdaError("RequestEntityTooLargeException", status: 413, message: message)
    }

    /// No instance was free, 429.
    package static func throttled(_ reason: ThrottleReason) -> LambdaError {
        LambdaError("TooManyRequestsException", status: 429, message: "Rate Exceeded.", reason: reason.rawValue)
    }

    /// A failure of the host, 500.
    package static func service(_ message: String) -> LambdaError {
        LambdaError("ServiceException", status: 500, message: message)
    }

    /// An operation of the API that this version does not have, 501.
    package static func notOffered(_ operation: String) -> LambdaError {
        LambdaError(
            "NotImplementedException", status: 501,
            message: "The operation \(operation) is not offered by this version of Brasa.")
    }

    /// The error for what the catalog refused.
    package init(_ error: CatalogError) {
        switch error.code {
        case .invalidValue: self = .invalidParameter(error.message)
        case .validation: self = LambdaError("ValidationException", status: 400, message: error.message)
        case .notFound: self = .notFound(error.message)
        case .noProvisionedConcurrency:
            self = LambdaError(
                "ProvisionedConcurrencyConfigNotFoundException", status: 404, message: error.message)
        case .conflict: self = .conflict(error.message)
        case .staleRevision:
            self = LambdaError("PreconditionFailedException", status: 412, message: error.message)
        case .storage: self = .service(error.message)
        }
    }
}

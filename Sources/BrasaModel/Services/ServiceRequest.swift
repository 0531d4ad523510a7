package import NIOCore

/// One request to a service of the host, from a function or from an SDK.
package struct ServiceRequest: Sendable {
    /// Most bytes of parameters, whoever asks: 16 MiB, AWS's limit for tables.
    package static let maximumParameterBytes = 16 << 20

    /// AWS's name of the service, as in the endpoint: `dynamodb`, `streams.dynamodb`.
    package var service: String
    /// AWS's name of the operation: `PutItem`.
    package var operation: String
    /// The operation's parameters: JSON as AWS defines it for the operation.
    package var parameters: ByteBuffer
    /// Binary content beside the parameters, such as an object's data; mostly empty.
    package var content: ByteBuffer
    package var caller: ServiceCaller
    /// Host and port by which the caller found the host, as its HTTP header `Host` says; nil: it came without one.
    package var endpoint: String?

    package init(
        service: String, operation: String, parameters: ByteBuffer, content: ByteBuffer = ByteBuffer(),
        caller: ServiceCaller, endpoint: String? = nil
    ) {
        self.service = service
        self.operation = operation
        self.parameters = parameters
        self.content = content
        self.caller = caller
        self.endpoint = endpoint
    }
}

/// Who asks a service: what authorisation decides by.
package enum ServiceCaller: Sendable, Hashable {
    /// The host itself, by its configuration.
    case host
    /// A function, in one of its invocations.
    case function(VersionKey)
    /// A client of the control port; its access key as given, or nil when the request is not signed.
    case client(accessKey: String?)
}

/// What a service answers.
package struct ServiceResponse: Sendable {
    /// The operation's result: JSON as AWS defines it.
    package var result: ByteBuffer
    /// Binary content beside it; mostly empty.
    package var content: ByteBuffer

    package init(result: ByteBuffer, content: ByteBuffer = ByteBuffer()) {
        self.result = result
        self.content = content
    }
}

package import NIOCore

/// What a trigger hands to the router: bytes for a function, not yet bound to a version.
package struct Event: Sendable {
    /// Where an event came from; the raw value is what functions see.
    package enum Trigger: String, Sendable, Hashable, Codable {
        /// A request to the gateway.
        case http
        /// A direct, synchronous call of the Lambda API.
        case invoke
        /// A direct call whose caller did not wait.
        case async
    }

    package var requestID: RequestID
    /// Name of the function, without qualifier.
    package var function: String
    /// A version number, an alias or `$LATEST`; nil means `$LATEST`.
    package var qualifier: String?
    package var trigger: Trigger
    /// The bytes the function receives.
    package var payload: ByteBuffer
    /// Media type of `payload`.
    package var contentType: String
    /// Facts beside the payload, such as the HTTP method.
    package var metadata: [MetadataPair]
    /// The value of `X-Amzn-Trace-Id`, or empty.
    package var traceID: String
    /// 1 for the first delivery.
    package var attempt: Int
    /// Whether the outcome has to carry the last 4 KiB of the log.
    package var wantsLogTail: Bool

    package init(
        requestID: RequestID, function: String, qualifier: String? = nil, trigger: Trigger, payload: ByteBuffer,
        contentType: String = "application/json", metadata: [MetadataPair] = [], traceID: String = "",
        attempt: Int = 1, wantsLogTail: Bool = false
    ) {
        self.requestID = requestID
        self.function = function
        self.qualifier = qualifier
        self.trigger = trigger
        self.payload = payload
        self.contentType = contentType
        self.metadata = metadata
        self.traceID = traceID
        self.attempt = attempt
        self.wantsLogTail = wantsLogTail
    }
}

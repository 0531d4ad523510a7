package import BrasaAWS

/// The limits of the Lambda API.
package struct LambdaLimits: Sendable {
    /// Payload of a synchronous call.
    package var requestBytes = 6 * 1_024 * 1_024
    /// Payload of a call whose caller does not wait.
    package var asynchronousRequestBytes = 1_024 * 1_024
    /// Buffered reply: 6 MiB and 100 bytes, as on AWS.
    package var responseBytes = 6 * 1_024 * 1_024 + 100
    /// Body of every other operation; code travels in base64.
    package var controlRequestBytes = 70_167_211
    /// `X-Amz-Client-Context`, before decoding.
    package var clientContextBytes = 3_583
    package var memoryMegabytes = 128...10_240
    package var timeoutSeconds = 1...900
    /// Environment variables as JSON.
    package var environmentBytes = 4_096
    package var code = CodeArchive.Limits()
    /// Streamed bytes that may wait for a slow client before the function is held up.
    package var streamBufferBytes = 256 * 1_024

    package init() {}
}

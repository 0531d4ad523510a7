/// A complete answer: bytes and, for HTTP, a status and headers beside them.
///
/// An answer to HTTP with metadata is sent as it is. Without, the host reads the body as a payload format 2.0 response.
public struct Reply: Sendable {
    /// The bytes of the answer.
    public var body: [UInt8]
    /// `status` (100 to 599, 200 when absent) and headers under their own names; ignored for direct calls.
    public var metadata: [(name: String, value: String)]

    /// An answer of `body` with `metadata` beside it.
    public init(body: [UInt8], metadata: [(name: String, value: String)] = []) {
        self.body = body
        self.metadata = metadata
    }

    /// Bytes and nothing else.
    public static func bytes(_ body: [UInt8]) -> Reply { Reply(body: body) }

    /// JSON that is already text; for HTTP the host reads it as a payload format 2.0 response.
    public static func json(_ text: String) -> Reply { Reply(body: Array(text.utf8)) }

    /// Plain text with an HTTP status.
    public static func text(_ text: String, status: Int = 200) -> Reply {
        .http(status: status, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
    }

    /// A body with an HTTP status, a media type and further headers.
    public static func http(
        status: Int = 200, contentType: String, headers: [(name: String, value: String)] = [], body: [UInt8]
    ) -> Reply {
        Reply(body: body, metadata: [("status", String(status)), ("content-type", contentType)] + headers)
    }
}

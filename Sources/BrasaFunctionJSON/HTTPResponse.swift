internal import FoundationEssentials

/// An HTTP response as API Gateway's payload format 2.0 has it.
///
/// `Reply.http` is quicker for large or binary bodies: it goes out beside its metadata, without JSON or base64.
public struct HTTPResponse: Codable, Sendable {
    /// 100 to 599.
    public var statusCode: Int
    /// Headers under their names.
    public var headers: [String: String]
    /// Values of `Set-Cookie` headers.
    public var cookies: [String]?
    /// The body, as text or as base64.
    public var body: String
    /// Whether `body` is base64.
    public var isBase64Encoded: Bool

    /// A response of text, or of base64 when `isBase64Encoded`.
    public init(
        statusCode: Int = 200, headers: [String: String] = [:], cookies: [String]? = nil, body: String = "",
        isBase64Encoded: Bool = false
    ) {
        self.statusCode = statusCode
        self.headers = headers
        self.cookies = cookies
        self.body = body
        self.isBase64Encoded = isBase64Encoded
    }

    /// Plain text.
    public static func text(_ text: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(statusCode: status, headers: ["content-type": "text/plain; charset=utf-8"], body: text)
    }

    /// A value as JSON.
    /// - Throws: What encoding it throws.
    public static func json(_ value: some Encodable, status: Int = 200) throws -> HTTPResponse {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = String(decoding: try encoder.encode(value), as: UTF8.self)
        return HTTPResponse(statusCode: status, headers: ["content-type": "application/json"], body: body)
    }

    /// Bytes of any kind.
    public static func bytes(_ bytes: [UInt8], contentType: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            statusCode: status, headers: ["content-type": contentType], body: Data(bytes).base64EncodedString(),
            isBase64Encoded: true)
    }
}

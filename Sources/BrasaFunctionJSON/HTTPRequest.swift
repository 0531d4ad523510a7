internal import FoundationEssentials

/// An HTTP request as API Gateway's payload format 2.0 has it.
public struct HTTPRequest: Codable, Sendable {
    /// Always `2.0`.
    public var version: String
    /// The path, without the query.
    public var rawPath: String
    /// The query, still encoded; empty when there is none.
    public var rawQueryString: String
    /// Values of the `Cookie` header.
    public var cookies: [String]?
    /// Headers under lower-case names; several of one name are joined by commas.
    public var headers: [String: String]
    /// Decoded values of the query; several of one name are joined by commas.
    public var queryStringParameters: [String: String]?
    /// Values of the route's variables.
    public var pathParameters: [String: String]?
    /// What is known about the request beside its own text.
    public var requestContext: RequestContext
    /// The body, as text or as base64; nil when there is none.
    public var body: String?
    /// Whether `body` is base64.
    public var isBase64Encoded: Bool

    /// What is known about a request beside its own text.
    public struct RequestContext: Codable, Sendable {
        /// Method, client and protocol.
        public var http: HTTP
        /// The request's identifier.
        public var requestId: String?
        /// The name the client asked for.
        public var domainName: String?
        /// When the request came, in milliseconds since 1970.
        public var timeEpoch: Int64?
    }

    /// Method, client and protocol of a request.
    public struct HTTP: Codable, Sendable {
        /// `GET`, `POST` and so on.
        public var method: String
        /// The path, without the query.
        public var path: String
        /// `HTTP/1.1`.
        public var `protocol`: String?
        /// The client's address.
        public var sourceIp: String?
        /// The client's `User-Agent`.
        public var userAgent: String?
    }

    /// The method.
    public var method: String { self.requestContext.http.method }

    /// The decoded value called `name` of the query.
    public func query(_ name: String) -> String? { self.queryStringParameters?[name] }

    /// The body's bytes; none when there is no body.
    /// - Throws: ``HTTPFailure`` 400 when it is marked as base64 and is not.
    public func bodyBytes() throws -> [UInt8] {
        guard let body = self.body else { return [] }
        if !self.isBase64Encoded { return Array(body.utf8) }
        guard let data = Data(base64Encoded: body) else { throw HTTPFailure(400, "The body is not valid base64.") }
        return Array(data)
    }

    /// The body as a value.
    /// - Throws: ``HTTPFailure`` 400 that says what does not fit.
    public func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        do {
            return try self.bodyBytes().withUnsafeBytes { try JSON().decode(type, from: $0) }
        } catch let error as InvalidEvent {
            throw HTTPFailure(400, error.message)
        }
    }
}

package import NIOCore
package import NIOHTTP1

/// One complete request, within the configured limits.
package struct HTTPRequest: Sendable {
    package var method: HTTPMethod
    /// Percent-encoded path, without query; starts with `/`.
    package var path: String
    /// Query after `?`, still encoded; empty when there is none.
    package var query: String
    package var headers: HTTPHeaders
    package var body: ByteBuffer
    /// Address of the client, without port.
    package var remoteAddress: String

    package init(
        method: HTTPMethod, path: String, query: String, headers: HTTPHeaders, body: ByteBuffer, remoteAddress: String
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
    }
}

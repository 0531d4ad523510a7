/// What one port accepts.
package struct HTTPLimits: Sendable, Hashable {
    /// Largest request line and headers together.
    package var headBytes: Int
    /// Most header lines of a request.
    package var headerCount: Int
    package var bodyBytes: Int
    /// The key of `host.yml` that sets `bodyBytes`, for the refusal; nil when none does.
    package var bodySetting: String?
    /// Time from the first byte of a request to the end of its headers.
    package var headTimeoutMilliseconds: Int
    /// Time without progress while a body arrives or an answer is read.
    package var bodyTimeoutMilliseconds: Int
    /// Time a connection may stay open without a request.
    package var idleTimeoutMilliseconds: Int
    package var connections: Int

    package init(
        headBytes: Int = 16 << 10, headerCount: Int = 100, bodyBytes: Int = 6 << 20,
        bodySetting: String? = "limits.payloadSize",
        headTimeoutMilliseconds: Int = 10_000,
        bodyTimeoutMilliseconds: Int = 30_000, idleTimeoutMilliseconds: Int = 60_000, connections: Int = 10_000
    ) {
        self.headBytes = headBytes
        self.headerCount = headerCount
        self.bodyBytes = bodyBytes
        self.bodySetting = bodySetting
        self.headTimeoutMilliseconds = headTimeoutMilliseconds
        self.bodyTimeoutMilliseconds = bodyTimeoutMilliseconds
        self.idleTimeoutMilliseconds = idleTimeoutMilliseconds
        self.connections = connections
    }
}

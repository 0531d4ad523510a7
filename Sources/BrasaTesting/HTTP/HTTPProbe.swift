/// Calls one port of a host, each time over a connection of its own.
package struct HTTPProbe: Sendable {
    package let port: Int

    package init(port: Int) {
        self.port = port
    }

    /// Opens a connection.
    package func connect(receiveBufferBytes: Int32? = nil) throws -> HTTPConnection {
        try HTTPConnection(port: self.port, receiveBufferBytes: receiveBufferBytes)
    }

    /// Sends a request and leaves the reply to `receive` of what this returns.
    ///
    /// Several may be under way at once.
    package func start(
        _ method: String, _ path: String, headers: [(String, String)] = [], body: String = ""
    ) throws -> HTTPConnection {
        let connection = try self.connect()
        try connection.send(method, path, headers: headers, body: Array(body.utf8))
        return connection
    }

    /// Sends a request and receives the reply.
    package func call(
        _ method: String, _ path: String, headers: [(String, String)] = [], body: String = "",
        within seconds: Double = patientSeconds
    ) throws -> HTTPReply {
        try self.start(method, path, headers: headers, body: body).receive(isHead: method == "HEAD", within: seconds)
    }

    /// Sends a GET and receives the reply.
    package func get(_ path: String, within seconds: Double = patientSeconds) throws -> HTTPReply {
        try self.call("GET", path, within: seconds)
    }

    /// Sends a POST and receives the reply.
    package func post(_ path: String, _ body: String, within seconds: Double = patientSeconds) throws -> HTTPReply {
        try self.call("POST", path, body: body, within: seconds)
    }
}

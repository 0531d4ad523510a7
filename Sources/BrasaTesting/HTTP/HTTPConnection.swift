import Glibc

/// A client's connection, byte for byte: nothing is added, hidden or repaired.
///
/// For one thread. Closed when it goes away.
package final class HTTPConnection {
    private let descriptor: Int32
    private var received: [UInt8] = []
    private var isAtEnd = false
    private var isClosed = false

    /// Connects to a port of this machine.
    ///
    /// - Parameter receiveBufferBytes: what the kernel takes in before this side reads; small for a slow reader.
    /// - Throws: `HarnessError` when nobody listens there.
    package init(port: Int, receiveBufferBytes: Int32? = nil) throws {
        self.descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        if var bytes = receiveBufferBytes {
            setsockopt(self.descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
        }
        var on: Int32 = 1
        setsockopt(self.descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(self.descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            let reason = String(cString: strerror(errno))
            throw HarnessError("Cannot connect to port \(port): \(reason).")
        }
        // Every read and write has a deadline of its own.
        _ = fcntl(self.descriptor, F_SETFL, O_NONBLOCK)
    }

    deinit { self.close() }

    /// Closes it; more than once is fine.
    package func close() {
        guard !self.isClosed else { return }
        self.isClosed = true
        Glibc.close(self.descriptor)
    }

    /// Says that nothing more will be sent.
    package func finishSending() { shutdown(self.descriptor, Int32(SHUT_WR)) }

    // MARK: - Sending

    /// Sends a request with a `content-length`, unless `headers` say how the body is framed.
    package func send(
        _ method: String, _ path: String, headers: [(String, String)] = [], body: [UInt8] = []
    ) throws {
        var text = "\(method) \(path) HTTP/1.1\r\nhost: brasa\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        let framing = ["content-length", "transfer-encoding"]
        if !headers.contains(where: { framing.contains($0.0.lowercased()) }), !body.isEmpty || method == "POST" {
            text += "content-length: \(body.count)\r\n"
        }
        try self.send(Array((text + "\r\n").utf8) + body)
    }

    /// Sends text as it is.
    package func send(_ text: String) throws { try self.send(Array(text.utf8)) }

    /// Sends bytes as they are.
    ///
    /// - Throws: `HarnessError` when the server has closed, or takes nothing for `patientSeconds`.
    package func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(self.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN {
                try self.wait(for: Int16(POLLOUT), until: Deadline(after: patientSeconds), "the server to read")
            } else if errno != EINTR {
                let reason = String(cString: strerror(errno))
                throw HarnessError("The server took \(sent) of \(bytes.count) bytes: \(reason).")
            }
        }
    }

    /// Bytes that were sent and that the server's machine has not taken yet.
    package func unsentBytes() throws -> Int {
        var count: Int32 = 0
        // SIOCOUTQ: tcp(7).
        guard ioctl(self.descriptor, UInt(TIOCOUTQ), &count) == 0 else {
            throw HarnessError("The socket does not say what is unsent: \(String(cString: strerror(errno))).")
        }
        return Int(count)
    }

    // MARK: - Receiving

    /// Receives a whole reply.
    ///
    /// - Parameters:
    ///   - isHead: whether the request was HEAD, whose reply has no body.
    ///   - seconds: how long to wait for all of it.
    /// - Throws: `HarnessError` when no head comes, or the body neither ends nor breaks off in time.
    package func receive(isHead: Bool = false, within seconds: Double = patientSeconds) throws -> HTTPReply {
        let deadline = Deadline(after: seconds)
        let head = try self.receiveHead(until: deadline)
        if isHead || head.status < 200 || head.status == 204 || head.status == 304 {
            return HTTPReply(head: head, body: [], isComplete: true)
        }
        var body: [UInt8] = []
        if let length = head["content-length"].flatMap({ Int($0) }) {
            while self.received.count < length, try self.fill(until: deadline) {}
            body = self.take(min(length, self.received.count))
            return HTTPReply(head: head, body: body, isComplete: body.count == length)
        }
        guard head["transfer-encoding"] == "chunked" else {
            while try self.fill(until: deadline) {}
            return HTTPReply(head: head, body: self.take(self.received.count), isComplete: true)
        }
        while let chunk = try self.receiveChunk(until: deadline) {
            if chunk.isEmpty { return HTTPReply(head: head, body: body, isComplete: true) }
            body += chunk
        }
        return HTTPReply(head: head, body: body, isComplete: false)
    }

    /// Receives status and headers and nothing of the body.
    package func receiveHead(within seconds: Double = patientSeconds) throws -> HTTPReply.Head {
        try self.receiveHead(until: Deadline(after: seconds))
    }

    /// Receives one chunk of a chunked body; empty at its end, nil when the connection was closed before.
    package func receiveChunk(within seconds: Double = patientSeconds) throws -> [UInt8]? {
        try self.receiveChunk(until: Deadline(after: seconds))
    }

    /// Waits until the server closes, and returns what it sent before that.
    package func receiveToEnd(within seconds: Double = patientSeconds) throws -> [UInt8] {
        let deadline = Deadline(after: seconds)
        while try self.fill(until: deadline) {}
        return self.take(self.received.count)
    }

    /// Whether something has arrived that nobody has taken yet, the end included.
    package var hasArrived: Bool {
        var watched = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
        return !self.received.isEmpty || poll(&watched, 1, 0) > 0
    }

    private func receiveHead(until deadline: Deadline) throws -> HTTPReply.Head {
        let end: [UInt8] = [13, 10, 13, 10]
        var place = self.received.firstRange(of: end)
        while place == nil {
            guard try self.fill(until: deadline) else {
                let text = String(decoding: self.received, as: UTF8.self)
                throw HarnessError("The server closed the connection without a reply, after: \(text)")
            }
            place = self.received.firstRange(of: end)
        }
        let text = String(decoding: self.take(place?.upperBound ?? 0).dropLast(4), as: UTF8.self)
        // Swift takes CR LF for one character.
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        let words = lines[0].split(separator: " ", maxSplits: 2)
        guard words.count >= 2, let status = Int(words[1]) else { throw HarnessError("\(lines[0]) is no status line.") }
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count == 2 ? parts[1].drop { $0 == " " } : ""
            return (name: String(parts[0]), value: String(value))
        }
        return HTTPReply.Head(status: status, headers: headers)
    }

    private func receiveChunk(until deadline: Deadline) throws -> [UInt8]? {
        var end = self.received.firstRange(of: [13, 10])
        while end == nil {
            guard try self.fill(until: deadline) else { return nil }
            end = self.received.firstRange(of: [13, 10])
        }
        let line = String(decoding: self.received[..<(end?.lowerBound ?? 0)], as: UTF8.self)
        guard let end, let length = Int(line, radix: 16) else {
            throw HarnessError("'\(line)' is no length of a chunk.")
        }
        while self.received.count < end.upperBound + length + 2 {
            guard try self.fill(until: deadline) else { return nil }
        }
        _ = self.take(end.upperBound)
        let chunk = self.take(length)
        _ = self.take(2)
        return chunk
    }

    private func take(_ count: Int) -> [UInt8] {
        let taken = Array(self.received.prefix(count))
        self.received.removeFirst(count)
        return taken
    }

    /// Receives more; false at the end.
    private func fill(until deadline: Deadline) throws -> Bool {
        guard !self.isAtEnd else { return false }
        while true {
            let count = withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 1) { buffer in
                let count = recv(self.descriptor, buffer.baseAddress, buffer.count, 0)
                if count > 0 { self.received += buffer[0..<count] }
                return count
            }
            if count > 0 { return true }
            if count == 0 || errno == ECONNRESET {
                self.isAtEnd = true
                return false
            }
            if errno == EAGAIN {
                try self.wait(for: Int16(POLLIN), until: deadline, "the server to answer")
            } else if errno != EINTR {
                throw HarnessError("Cannot read from the server: \(String(cString: strerror(errno))).")
            }
        }
    }

    private func wait(for events: Int16, until deadline: Deadline, _ what: String) throws {
        var watched = pollfd(fd: self.descriptor, events: events, revents: 0)
        while poll(&watched, 1, deadline.millisecondsLeft) <= 0 {
            guard !deadline.hasPassed else { throw HarnessError("The time given for \(what) is over.") }
        }
    }
}

import NIOCore

/// The answer to one request of a connection.
final class HTTPConnectionExchange: HTTPExchange {
    private enum State {
        case waiting, streaming, done
    }

    private weak var connection: HTTPConnection?
    let eventLoop: any EventLoop
    private let isHead: Bool
    private let isHTTP10: Bool
    private var state = State.waiting
    var onWritable: (() -> Void)?
    var onClose: (() -> Void)?

    init(_ connection: HTTPConnection, loop: any EventLoop, isHead: Bool, isHTTP10: Bool) {
        self.connection = connection
        self.eventLoop = loop
        self.isHead = isHead
        self.isHTTP10 = isHTTP10
    }

    func respond(status: Int, headers: [(String, String)], body: ByteBuffer?) {
        guard self.state == .waiting else { return }
        self.state = .done
        guard let connection else { return }
        let length = body?.readableBytes ?? 0
        let isSmall = length <= 16_384
        var buffer = HTTPHeadWriter.begin(status: status, capacity: 256 + (isSmall ? length : 0))
        for (name, value) in headers { HTTPHeadWriter.append(name, value, to: &buffer) }
        let hasBody = status >= 200 && status != 204 && status != 304
        if hasBody { HTTPHeadWriter.appendLength(length, to: &buffer) }
        HTTPHeadWriter.end(closes: connection.willClose, &buffer)
        if let body, hasBody, !self.isHead, length > 0 {
            if isSmall {
                buffer.writeImmutableBuffer(body)
                connection.write(buffer)
            } else {
                connection.writePart(buffer)
                connection.write(body)
            }
        } else {
            connection.write(buffer)
        }
        connection.finished(self)
    }

    func begin(status: Int, headers: [(String, String)]) {
        guard self.state == .waiting else { return }
        self.state = .streaming
        guard let connection else { return }
        var buffer = HTTPHeadWriter.begin(status: status, capacity: 512)
        for (name, value) in headers { HTTPHeadWriter.append(name, value, to: &buffer) }
        // HTTP/1.0 knows no chunks: the end of the connection is the end of the answer.
        if !self.isHTTP10 { buffer.writeStaticString("transfer-encoding: chunked\r\n") }
        HTTPHeadWriter.end(closes: connection.willClose || self.isHTTP10, &buffer)
        connection.write(buffer)
    }

    func write(_ chunk: ByteBuffer) -> Bool {
        guard self.state == .streaming, let connection, chunk.readableBytes > 0, !self.isHead else { return true }
        if self.isHTTP10 { return connection.write(chunk) }
        var head = ByteBuffer()
        head.writeString(String(chunk.readableBytes, radix: 16))
        head.writeStaticString("\r\n")
        connection.writePart(head)
        connection.writePart(chunk)
        return connection.write(ByteBuffer(staticString: "\r\n"))
    }

    func end() {
        guard self.state == .streaming else { return }
        self.state = .done
        guard let connection else { return }
        if self.isHTTP10 {
            connection.aborted(self)
            return
        }
        if !self.isHead { connection.write(ByteBuffer(staticString: "0\r\n\r\n")) }
        connection.finished(self)
    }

    func abort() {
        guard self.state != .done else { return }
        self.state = .done
        self.connection?.aborted(self)
    }

    func clientLeft() {
        guard self.state != .done else { return }
        self.state = .done
        self.connection = nil
        let onClose = self.onClose
        self.onClose = nil
        onClose?()
    }
}

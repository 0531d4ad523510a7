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
        let hasBody = status >= 200 && status != 204 && status != 304
        let sent = hasBody && !self.isHead && length > 0 ? body : nil
        // A small body goes out with its head, in one piece of memory; a large one is not worth copying.
        let isSmall = length <= 16_384
        let head = HTTPHeadWriter.write(
            status: status, headers: headers, framing: hasBody ? .length(length) : .none, closes: connection.willClose,
            body: isSmall ? sent : nil)
        if let sent, !isSmall {
            connection.writePart(head)
            connection.write(sent)
        } else {
            connection.write(head)
        }
        connection.finished(self)
    }

    func begin(status: Int, headers: [(String, String)]) {
        guard self.state == .waiting else { return }
        self.state = .streaming
        guard let connection else { return }
        // HTTP/1.0 knows no chunks: the end of the connection is the end of the answer.
        connection.write(
            HTTPHeadWriter.write(
                status: status, headers: headers, framing: self.isHTTP10 ? .none : .chunked,
                closes: connection.willClose || self.isHTTP10))
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

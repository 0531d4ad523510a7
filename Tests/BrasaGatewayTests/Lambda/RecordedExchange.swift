import BrasaGateway
import NIOCore

/// An answer as a client would have received it.
struct Answer: Sendable {
    var status = 0
    var headers: [(String, String)] = []
    var body = ByteBuffer()
    /// Whether the answer was begun and written in pieces.
    var isStreamed = false
    var isAborted = false

    var text: String { String(buffer: self.body) }

    /// The value of a header; nil when it is not there.
    func header(_ name: String) -> String? {
        self.headers.first { $0.0.lowercased() == name.lowercased() }?.1
    }
}

/// An exchange that keeps the answer.
///
/// Used on its loop only.
final class RecordedExchange: HTTPExchange {
    let eventLoop: any EventLoop
    var onWritable: (() -> Void)?
    var onClose: (() -> Void)?
    /// Whether the client takes what is written at once.
    var isWritable = true
    private(set) var answer = Answer()
    private let promise: EventLoopPromise<Answer>

    init(eventLoop: any EventLoop, promise: EventLoopPromise<Answer>) {
        self.eventLoop = eventLoop
        self.promise = promise
    }

    func respond(status: Int, headers: [(String, String)], body: ByteBuffer?) {
        self.eventLoop.preconditionInEventLoop()
        self.answer.status = status
        self.answer.headers = headers
        self.answer.body = body ?? ByteBuffer()
        self.promise.succeed(self.answer)
    }

    func begin(status: Int, headers: [(String, String)]) {
        self.eventLoop.preconditionInEventLoop()
        self.answer.status = status
        self.answer.headers = headers
        self.answer.isStreamed = true
    }

    func write(_ chunk: ByteBuffer) -> Bool {
        self.eventLoop.preconditionInEventLoop()
        self.answer.body.writeImmutableBuffer(chunk)
        return self.isWritable
    }

    func end() {
        self.promise.succeed(self.answer)
    }

    func abort() {
        self.answer.isAborted = true
        self.promise.succeed(self.answer)
    }
}

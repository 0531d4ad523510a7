internal import CBrasa

/// One invocation: its event, what is known about it, and the ways to answer.
///
/// Valid until the function returns; a use after that stops the instance with a message. Not for other threads.
public final class Context {
    let host: Host
    private var invocation: UnsafeMutablePointer<brasa_invocation>?
    /// Whether a stream was begun and not yet ended.
    var streamEnded = true

    init(host: Host, invocation: UnsafeMutablePointer<brasa_invocation>) {
        self.host = host
        self.invocation = invocation
    }

    /// The invocation as the contract has it.
    func open() -> UnsafeMutablePointer<brasa_invocation> {
        guard let invocation = self.invocation else {
            // Not a precondition: its message would be missing in release.
            fatalError("A Brasa context was used after its function had returned.")
        }
        return invocation
    }

    /// Ends every use.
    func close() { self.invocation = nil }

    // MARK: - The event

    /// Calls `body` with the event's bytes where they lie; they must not leave `body`.
    public func withEvent<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(self.open().pointee.event.buffer)
    }

    /// A copy of the event's bytes.
    public var event: [UInt8] { Array(self.open().pointee.event.buffer) }
    /// The event as text; what is not UTF-8 is replaced by U+FFFD.
    public var eventText: String { self.open().pointee.event.text }
    /// Media type of the event: `application/json` for everything but raw bodies.
    public var contentType: String { self.open().pointee.content_type.text }
    /// Where the event came from.
    public var trigger: Trigger { Trigger(rawValue: self.open().pointee.trigger.text) }

    /// Returns the fact called `name` beside the event, for HTTP `method`, `path` or `query`; nil when there is none.
    public func metadata(_ name: StaticString) -> String? {
        let wanted = brasa_bytes(name).buffer
        let head = self.open().pointee
        for pair in UnsafeBufferPointer(start: head.metadata, count: head.metadata_count)
        where pair.name.buffer.elementsEqual(wanted) { return pair.value.text }
        return nil
    }

    /// All facts beside the event, in the host's order.
    public var metadata: [(name: String, value: String)] {
        let head = self.open().pointee
        return UnsafeBufferPointer(start: head.metadata, count: head.metadata_count)
            .map { (name: $0.name.text, value: $0.value.text) }
    }

    // MARK: - About the invocation

    /// Unique to the invocation; the same for each delivery of an asynchronous event.
    public var requestID: String { self.open().pointee.request_id.text }
    /// Name the function is known by, which may differ from its name in the module.
    public var functionName: String { self.open().pointee.function_name.text }
    /// Version that runs: a number, or `$LATEST`.
    public var functionVersion: String { self.open().pointee.function_version.text }
    /// The value of `X-Amzn-Trace-Id`; empty when there is none.
    public var traceID: String { self.open().pointee.trace_id.text }
    /// 1 for the first delivery.
    public var attempt: Int { Int(self.open().pointee.attempt) }
    /// Time until the deadline; zero or less when it has passed.
    public var timeLeft: Duration { .nanoseconds(self.host.pointee.time_left_ns(self.open())) }
    /// The deadline on the monotonic clock (`CLOCK_MONOTONIC`), in nanoseconds.
    public var deadlineNanoseconds: UInt64 { self.open().pointee.deadline_ns }
    /// Memory the instance may use in all.
    public var memoryLimitBytes: UInt64 { self.open().pointee.memory_limit_bytes }
    /// Memory the instance may still use; nil when the host does not know.
    public var memoryLeftBytes: Int64? {
        let bytes = self.host.pointee.memory_left_bytes(self.open())
        return bytes < 0 ? nil : bytes
    }
    /// Whether nobody waits for the answer any more: the client left, or the deadline is near.
    public var isCancelled: Bool { self.host.pointee.cancelled(self.open()) != 0 }
    /// The invocation's log.
    public var log: Log { Log(host: self.host, invocation: self.open()) }

    // MARK: - Answering

    /// Answers with bytes that need not outlive the call.
    /// - Throws: ``ReplyError`` when the invocation was already answered or the body is over the limit.
    public func reply(_ body: UnsafeRawBufferPointer, metadata: [(name: String, value: String)] = []) throws {
        let status = withPairs(of: metadata) { pairs, count in
            self.host.pointee.reply(self.open(), brasa_bytes(body), pairs, count)
        }
        try ReplyError.check(status, "The reply of \(body.count) bytes could not be sent")
    }

    /// Answers.
    /// - Throws: ``ReplyError`` when the invocation was already answered or the body is over the limit.
    public func reply(_ reply: Reply) throws {
        try reply.body.withUnsafeBytes { try self.reply($0, metadata: reply.metadata) }
    }

    /// Starts a streamed answer, for HTTP with `status` and headers in `metadata`.
    /// - Throws: ``ReplyError`` when the invocation was already answered.
    public func stream(metadata: [(name: String, value: String)] = []) throws -> ReplyStream {
        let status = withPairs(of: metadata) { pairs, count in self.host.pointee.begin(self.open(), pairs, count) }
        try ReplyError.check(status, "The stream could not be started")
        self.streamEnded = false
        return ReplyStream(context: self)
    }
}

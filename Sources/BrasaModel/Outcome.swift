package import NIOCore

/// How an invocation ended.
package struct Outcome: Sendable {
    /// What the function gave.
    package enum Result: Sendable {
        /// A buffered reply.
        case reply(Reply)
        /// The reply went out in chunks and is complete.
        case streamed
        /// No reply, or one that broke off: see `Failure.afterFirstByte`.
        case failure(Failure)
    }

    package var requestID: RequestID
    /// Version that ran; nil when none did.
    package var executedVersion: String?
    package var result: Result
    /// nil when no instance was involved.
    package var report: InvocationReport?
    /// The last 4 KiB of the log, when the event asked for it.
    package var logTail: String?

    package init(
        requestID: RequestID, executedVersion: String? = nil, result: Result, report: InvocationReport? = nil,
        logTail: String? = nil
    ) {
        self.requestID = requestID
        self.executedVersion = executedVersion
        self.result = result
        self.report = report
        self.logTail = logTail
    }
}

/// A complete answer of a function.
package struct Reply: Sendable {
    /// `status` and headers when the function chose the metadata fast path; else empty.
    package var metadata: [MetadataPair]
    package var body: ByteBuffer

    package init(metadata: [MetadataPair], body: ByteBuffer) {
        self.metadata = metadata
        self.body = body
    }
}

package import BrasaModel

/// One invocation that has ended, in what a developer wants to know of it.
package struct InvocationNote: Sendable, Hashable {
    /// How it ended.
    package enum Result: Sendable, Hashable {
        case replied
        case streamed
        case failed(Failure)
    }

    package var function: String
    package var requestID: RequestID
    package var trigger: Event.Trigger
    /// Method and path with query of an HTTP request; empty for the other triggers.
    package var request: String = ""
    package var result: Result
    /// What the HTTP client got; nil for the other triggers, and for a streamed reply.
    package var httpStatus: Int?
    /// What it cost; nil when no instance was involved.
    package var report: InvocationReport?
    /// 0: it had no timeout.
    package var timeoutMilliseconds: Int = 0
    /// Body of the request or event; of an HTTP request that is binary nearly, because it travels as base64.
    package var requestBytes: Int = 0
    package var requestLimitBytes: Int = 0
    /// The buffered reply; 0 when it was streamed or there was none.
    package var replyBytes: Int = 0
    package var replyLimitBytes: Int = 0

    package init(function: String, requestID: RequestID, trigger: Event.Trigger, result: Result) {
        self.function = function
        self.requestID = requestID
        self.trigger = trigger
        self.result = result
    }

    /// Whether an instance had to be made ready for it.
    package var isCold: Bool { self.report?.initNanoseconds != nil }
}

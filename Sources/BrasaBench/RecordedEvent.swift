package import BrasaModel
package import FoundationEssentials
import NIOCore

/// An event that a function was called with, and how that ended.
package struct RecordedEvent: Sendable, Hashable, Codable {
    package var requestID: String
    package var function: String
    package var trigger: Event.Trigger
    /// The bytes the function got.
    package var payload: Data
    package var contentType: String
    package var metadata: [MetadataPair]
    package var traceID: String
    package var attempt: Int
    /// When it was answered, in milliseconds since 1970.
    package var timeMilliseconds: Int64
    package var outcome: RecordedOutcome

    package init(_ event: Event, timeMilliseconds: Int64, outcome: RecordedOutcome) {
        self.requestID = "\(event.requestID)"
        self.function = event.function
        self.trigger = event.trigger
        self.payload = Data(event.payload.readableBytesView)
        self.contentType = event.contentType
        self.metadata = event.metadata
        self.traceID = event.traceID
        self.attempt = event.attempt
        self.timeMilliseconds = timeMilliseconds
        self.outcome = outcome
    }

    /// What keeping it takes, near enough.
    package var sizeBytes: Int {
        func size(_ pairs: [MetadataPair]) -> Int {
            pairs.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 32 }
        }
        return 512 + self.payload.count + size(self.metadata) + self.outcome.body.count + size(self.outcome.metadata)
            + (self.outcome.error?.message.utf8.count ?? 0)
    }

    /// The event again, as it was.
    package var event: Event {
        Event(
            requestID: RequestID(self.requestID) ?? RequestID(), function: self.function, trigger: self.trigger,
            payload: ByteBuffer(bytes: self.payload), contentType: self.contentType, metadata: self.metadata,
            traceID: self.traceID, attempt: self.attempt)
    }
}

/// How a recorded event ended, or ends when it is played again.
package struct RecordedOutcome: Sendable, Hashable, Codable {
    /// What went wrong.
    package struct Failed: Sendable, Hashable, Codable {
        package var type: String
        package var message: String

        package init(type: String, message: String) {
            self.type = type
            self.message = message
        }
    }

    /// The version that ran; nil when none did.
    package var version: String?
    /// nil: all went well.
    package var error: Failed?
    /// `status` and headers of the reply; empty when the function gave none apart from the body.
    package var metadata: [MetadataPair]
    /// The reply, or all of it that came; empty with an error, unless part of the reply had come.
    package var body: Data
    /// Whether the reply came in chunks.
    package var isStreamed: Bool
    /// Whether an instance had to be made for it.
    package var isCold: Bool
    /// Time inside the function.
    package var durationNanoseconds: Int64
    package var cpuNanoseconds: Int64
    package var peakMemoryBytes: Int
    package var pageFaults: Int

    package init(
        version: String?, error: Failed?, metadata: [MetadataPair], body: Data, isStreamed: Bool,
        report: InvocationReport?
    ) {
        self.version = version
        self.error = error
        self.metadata = metadata
        self.body = body
        self.isStreamed = isStreamed
        self.isCold = report?.initNanoseconds != nil
        self.durationNanoseconds = report?.durationNanoseconds ?? 0
        self.cpuNanoseconds = report?.cpuNanoseconds ?? 0
        self.peakMemoryBytes = report?.peakMemoryBytes ?? 0
        self.pageFaults = report?.pageFaults ?? 0
    }
}

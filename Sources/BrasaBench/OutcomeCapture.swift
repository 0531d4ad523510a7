package import BrasaModel
import FoundationEssentials
package import NIOCore

/// Collects an answer, whether it comes at once or in chunks.
package struct OutcomeCapture: Sendable {
    /// Bytes of a reply that are kept.
    package let limitBytes: Int
    /// Whether the reply had more, so that what is kept is not all.
    package private(set) var isOverLimit = false
    private var metadata: [MetadataPair] = []
    private var streamed: ByteBuffer?

    package init(limitBytes: Int) {
        self.limitBytes = limitBytes
    }

    /// A streamed answer begins.
    package mutating func begin(metadata: [MetadataPair]) {
        self.metadata = metadata
        self.streamed = ByteBuffer()
    }

    /// The next chunk of it.
    package mutating func write(_ chunk: ByteBuffer) {
        guard let count = self.streamed?.readableBytes, !self.isOverLimit else { return }
        guard count + chunk.readableBytes <= self.limitBytes else {
            self.isOverLimit = true
            return
        }
        self.streamed?.writeImmutableBuffer(chunk)
    }

    /// The answer as a whole.
    package mutating func complete(_ outcome: Outcome) -> RecordedOutcome {
        var (metadata, body, error) = (self.metadata, self.streamed ?? ByteBuffer(), RecordedOutcome.Failed?.none)
        switch outcome.result {
        case .reply(let reply):
            (metadata, body) = (reply.metadata, reply.body)
            if body.readableBytes > self.limitBytes { self.isOverLimit = true }
        case .streamed: break
        case .failure(let failure): error = RecordedOutcome.Failed(type: failure.errorType, message: failure.message)
        }
        return RecordedOutcome(
            version: outcome.executedVersion, error: error, metadata: metadata,
            body: self.isOverLimit ? Data() : Data(body.readableBytesView), isStreamed: self.streamed != nil,
            report: outcome.report)
    }
}

import BrasaConfig
import BrasaGateway
import BrasaModel
import NIOCore

/// Tells of every invocation.
final class InvocationWatch: InvocationObserver {
    private let limits: HostLimits
    private let debugged: String?
    private let tell: @Sendable (HostEvent) -> Void

    /// - Parameter debugged: a function whose timeout is paused.
    init(_ limits: HostLimits, debugged: String?, tell: @escaping @Sendable (HostEvent) -> Void) {
        self.limits = limits
        self.debugged = debugged
        self.tell = tell
    }

    func ended(_ invocation: Invocation, _ outcome: Outcome) { self.tell(.invoked(self.note(invocation, outcome))) }

    func note(_ invocation: Invocation, _ outcome: Outcome) -> InvocationNote {
        let event = invocation.event
        let result: InvocationNote.Result =
            switch outcome.result {
            case .reply: .replied
            case .streamed: .streamed
            case .failure(let failure): .failed(failure)
            }
        var note = InvocationNote(
            function: event.function, requestID: event.requestID, trigger: event.trigger, result: result)
        if event.trigger == .http {
            note.request = Self.request(event.metadata)
            note.httpStatus = ResponseStatus.status(outcome)
        }
        note.report = outcome.report
        if event.function != self.debugged {
            note.timeoutMilliseconds = invocation.version.settings.timeoutMilliseconds
        }
        note.requestBytes = event.trigger == .http ? Self.bodyBytes(event.payload) : event.payload.readableBytes
        note.requestLimitBytes = event.trigger == .async ? self.limits.asyncPayloadBytes : self.limits.payloadBytes
        if case .reply(let reply) = outcome.result { note.replyBytes = reply.body.readableBytes }
        note.replyLimitBytes = self.limits.replyBytes
        return note
    }

    private static func request(_ metadata: [MetadataPair]) -> String {
        func value(_ name: String) -> String { metadata.first { $0.name == name }?.value ?? "" }
        let query = value("query")
        return "\(value("method")) \(value("path"))\(query.isEmpty ? "" : "?")\(query)"
    }

    /// About how large the body in a format 2.0 event is: most of the event, when that is large.
    private static func bodyBytes(_ payload: ByteBuffer) -> Int {
        let end = String(decoding: payload.readableBytesView.suffix(32), as: UTF8.self)
        let isBase64 = end.contains("\"isBase64Encoded\":true")
        return isBase64 ? payload.readableBytes / 4 * 3 : payload.readableBytes
    }
}

import BrasaBench
import BrasaModel
import NIOCore

/// Keeps the last events of functions that ask for it (`brasa: record: N`), in memory and nowhere else: what clients send is
/// not written to disk because somebody wants to try a library.
///
/// Stands between the router and the engine, on the engine's loop. See docs/decisions/recordings.md.
final class Recorder: InvocationRunner {
    private let next: any InvocationRunner
    private let clock: () -> Int64
    private var recordings: [String: Recording] = [:]

    /// - Parameter clock: milliseconds since 1970.
    init(next: any InvocationRunner, clock: @escaping () -> Int64) {
        self.next = next
        self.clock = clock
    }

    func run(_ invocation: Invocation, responder: any Responder) {
        guard let limit = invocation.version.settings.recordedEvents, limit > 0 else {
            self.next.run(invocation, responder: responder)
            return
        }
        self.next.run(invocation, responder: RecordingResponder(responder, invocation.event, limit: limit, self))
    }

    /// Forgets functions that are gone, and what is more than their settings ask for now.
    func keep(_ table: RoutingTable) {
        for name in Array(self.recordings.keys) {
            let entry = table.functions[name]
            let versions = entry.map { [$0.latest] + $0.published.values } ?? []
            let limit = versions.compactMap(\.settings.recordedEvents).max() ?? 0
            if limit == 0 { self.recordings[name] = nil } else { self.recordings[name]?.setLimit(limit) }
        }
    }

    /// The events of a function, or the one of a request; oldest first, nil when nothing of that name was recorded.
    func events(of name: String) -> [RecordedEvent]? {
        if let recording = self.recordings[name] { return recording.events }
        for recording in self.recordings.values {
            if let event = recording.events.last(where: { $0.requestID == name }) { return [event] }
        }
        return nil
    }

    fileprivate func record(_ event: Event, limit: Int, _ outcome: RecordedOutcome) {
        var recording = self.recordings[event.function] ?? Recording(limit: limit)
        // Not copied while it is changed.
        self.recordings[event.function] = nil
        if recording.limit < limit { recording.setLimit(limit) }
        recording.append(RecordedEvent(event, timeMilliseconds: self.clock(), outcome: outcome))
        self.recordings[event.function] = recording
    }

    /// Passes an answer on and keeps a copy.
    private final class RecordingResponder: Responder {
        private let next: any Responder
        private let event: Event
        private let limit: Int
        private let recorder: Recorder
        private var capture = OutcomeCapture(limitBytes: Recording.defaultLimitBytes)

        init(_ next: any Responder, _ event: Event, limit: Int, _ recorder: Recorder) {
            self.next = next
            self.event = event
            self.limit = limit
            self.recorder = recorder
        }

        func begin(metadata: [MetadataPair], stream: any ReplyStream) {
            self.capture.begin(metadata: metadata)
            self.next.begin(metadata: metadata, stream: stream)
        }

        func write(_ chunk: ByteBuffer) -> Bool {
            self.capture.write(chunk)
            return self.next.write(chunk)
        }

        func complete(_ outcome: Outcome) {
            // What was refused before an instance had it says nothing about the function.
            if outcome.report != nil {
                let recorded = self.capture.complete(outcome)
                if !self.capture.isOverLimit { self.recorder.record(self.event, limit: self.limit, recorded) }
            }
            self.next.complete(outcome)
        }
    }
}

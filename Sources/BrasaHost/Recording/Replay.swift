import BrasaAWS
import BrasaBench
import BrasaModel
import BrasaPool
import NIOCore

/// Plays recorded events again, on candidates and never on what answers clients.
struct Replay: Sendable {
    let candidates: Candidates
    let engine: NIOLoopBound<Engine>
    let recorder: NIOLoopBound<Recorder>

    /// The events of a function or of one request, oldest first.
    ///
    /// - Throws: `LambdaError` when there are none.
    func events(of name: String) async throws -> [RecordedEvent] {
        let recorder = self.recorder
        let events = try await recorder.eventLoop.submit { recorder.value.events(of: name) }.get()
        guard let events, !events.isEmpty else {
            throw LambdaError.notFound(
                "Nothing is recorded of \(name). Functions are recorded that have record below brasa in their settings, "
                    + "from their next call on, until the host ends.")
        }
        return events
    }

    /// Plays events one after the other; cancelled with its task.
    ///
    /// - Parameter onStart: called once nothing about the order is refused any more.
    /// - Throws: `LambdaError` when it makes no sense.
    func run(
        _ order: ReplayOrder, onStart: @Sendable () -> Void, onPlayed: @Sendable (ReplayMessage.Played) -> Void
    ) async throws {
        let candidate = try await self.candidate(order.candidate)
        var control: Candidates.Candidate?
        if let name = order.control { control = try await self.candidate(name) }
        let events = try await self.events(of: order.recorded)
        onStart()
        for (index, event) in events.suffix(max(0, order.last ?? events.count)).enumerated() {
            try Task.checkCancellation()
            var outcome: RecordedOutcome?
            // In turn first and second, so that neither always finds warm caches.
            if index % 2 == 1 { outcome = try await self.play(event, on: candidate) }
            var controlOutcome: RecordedOutcome?
            if let control { controlOutcome = try await self.play(event, on: control) }
            let played = if let outcome { outcome } else { try await self.play(event, on: candidate) }
            onPlayed(ReplayMessage.Played(event: event, candidate: played, control: controlOutcome))
        }
    }

    private func candidate(_ name: String) async throws -> Candidates.Candidate {
        guard let candidate = await self.candidates.candidate(name) else {
            throw LambdaError.notFound("Candidate not found: \(name)")
        }
        return candidate
    }

    private func play(_ event: RecordedEvent, on candidate: Candidates.Candidate) async throws -> RecordedOutcome {
        let engine = self.engine
        let loop = engine.eventLoop
        return try await loop.flatSubmit {
            let responder = CollectingResponder(loop.makePromise())
            engine.value.run(Invocation(event: event.event, version: candidate.version), responder: responder)
            return responder.outcome
        }.get()
    }

    /// Keeps an answer for whoever waits for it.
    private final class CollectingResponder: Responder {
        private let promise: EventLoopPromise<RecordedOutcome>
        private var capture = OutcomeCapture(limitBytes: Recording.defaultLimitBytes)

        init(_ promise: EventLoopPromise<RecordedOutcome>) {
            self.promise = promise
        }

        var outcome: EventLoopFuture<RecordedOutcome> { self.promise.futureResult }

        func begin(metadata: [MetadataPair], stream: any ReplyStream) { self.capture.begin(metadata: metadata) }

        func write(_ chunk: ByteBuffer) -> Bool {
            self.capture.write(chunk)
            return true
        }

        func complete(_ outcome: Outcome) { self.promise.succeed(self.capture.complete(outcome)) }
    }
}

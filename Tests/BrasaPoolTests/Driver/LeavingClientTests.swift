import BrasaModel
import NIOCore
import Testing

/// A client that turns out to have left while a piece of its answer is written.
@Suite(.timeLimit(.minutes(5)))
struct LeavingClientTests {
    /// Leaves inside the write of a chunk, as a connection does whose write fails.
    private final class Leaver: Responder {
        private let promise: EventLoopPromise<Outcome>
        private var stream: (any ReplyStream)?

        init(_ promise: EventLoopPromise<Outcome>) {
            self.promise = promise
        }

        func begin(metadata: [MetadataPair], stream: any ReplyStream) { self.stream = stream }

        func write(_ chunk: ByteBuffer) -> Bool {
            self.stream?.close()
            return false
        }

        func complete(_ outcome: Outcome) { self.promise.succeed(outcome) }
    }

    @Test func tellsTheFunctionAndKeepsItsInstance() async throws {
        try await EngineBed.with(NoServices()) { bed in
            let version = try await bed.start("streams")

            for event in ["chunks 10000 pause 1", "chunks 10000", "chunks 10000 size 100000"] {
                let outcome = try await bed.invoke(version, event) { Leaver($0) }
                guard case .failure(let failure) = outcome.result else {
                    Issue.record("\(event) ended with \(outcome.result)")
                    continue
                }
                // The function passes on what `write` returned: nobody is there any more.
                #expect(failure.kind == .function)
                #expect(failure.message == "The function returned status -11 without a message.")
            }
        }
    }

    private final class NoServices: ServicePerformer {
        func perform(
            _ request: ServiceRequest, completion: @escaping @Sendable (Result<ServiceResponse, ServiceFailure>) -> Void
        ) {
            completion(.failure(ServiceFailure(.unsupported, type: "None", message: "There are no services.")))
        }
    }
}

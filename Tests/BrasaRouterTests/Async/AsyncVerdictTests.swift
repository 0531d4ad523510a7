import BrasaModel
import NIOCore
import Testing

@testable import BrasaRouter

@Suite struct AsyncVerdictTests {
    private func verdict(_ kind: Failure.Kind, asksForRetry: Bool = false) -> AsyncVerdict {
        AsyncVerdict(
            Outcome(
                requestID: RequestID(),
                result: .failure(
                    Failure(kind: kind, errorType: "Type", message: "Message.", asksForRetry: asksForRetry))))
    }

    private let error = AsyncDeliveryError(errorType: "Type", message: "Message.")

    @Test func countsAnyAnswerAsHandled() {
        let reply = Outcome.Result.reply(Reply(metadata: [], body: ByteBuffer()))

        #expect(AsyncVerdict(Outcome(requestID: RequestID(), result: reply)) == .handled)
        #expect(AsyncVerdict(Outcome(requestID: RequestID(), result: .streamed)) == .handled)
    }

    @Test(arguments: [
        Failure.Kind.function, .timeout, .crash, .outOfMemory, .initialization, .responseTooLarge, .protocolViolation,
    ])
    func consumesAnAttemptWhenTheFunctionWasAtFault(_ kind: Failure.Kind) {
        #expect(self.verdict(kind) == .failed(self.error))
    }

    @Test func consumesAnAttemptWhenTheFunctionAsksForAnother() {
        #expect(self.verdict(.function, asksForRetry: true) == .failed(self.error))
    }

    @Test func consumesNoAttemptWhenTheFunctionWasNotAtFault() {
        for reason in ThrottleReason.allCases {
            #expect(self.verdict(.throttled(reason)) == .refused(.throttled(reason)))
        }
        #expect(self.verdict(.stopping) == .refused(.stopping))
        #expect(self.verdict(.host) == .refused(.host))
    }

    @Test func givesUpWhatCanNeverSucceed() {
        #expect(self.verdict(.notFound) == .hopeless(.functionNotFound, self.error))
        #expect(self.verdict(.requestTooLarge) == .hopeless(.eventTooLarge, self.error))
    }
}

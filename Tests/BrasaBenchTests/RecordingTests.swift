import BrasaBench
import BrasaModel
import NIOCore
import Testing

/// The last events of a function.
struct RecordingTests {
    private func event(_ number: Int, bytes: Int = 10) -> RecordedEvent {
        let event = Event(
            requestID: RequestID(), function: "f", trigger: .invoke, payload: ByteBuffer(repeating: 1, count: bytes))
        var capture = OutcomeCapture(limitBytes: 1_000)
        let outcome = capture.complete(
            Outcome(
                requestID: event.requestID, result: .reply(Reply(metadata: [], body: ByteBuffer(string: "\(number)")))))
        return RecordedEvent(event, timeMilliseconds: Int64(number), outcome: outcome)
    }

    private func numbers(_ recording: Recording) -> [Int64] { recording.events.map(\.timeMilliseconds) }

    @Test(arguments: [(0, []), (1, [7]), (3, [5, 6, 7]), (7, [1, 2, 3, 4, 5, 6, 7]), (9, [1, 2, 3, 4, 5, 6, 7])])
    func keepsTheLast(limit: Int, kept: [Int64]) {
        var recording = Recording(limit: limit)
        for number in 1...7 { recording.append(self.event(number)) }

        #expect(self.numbers(recording) == kept)
    }

    @Test func staysWithinItsBytes() {
        let size = self.event(1, bytes: 1_000).sizeBytes
        var recording = Recording(limit: 100, limitBytes: 3 * size)
        for number in 1...8 { recording.append(self.event(number, bytes: 1_000)) }
        #expect(self.numbers(recording) == [6, 7, 8])

        // Takes the place of two.
        recording.append(self.event(9, bytes: 1_000 + size))
        #expect(self.numbers(recording) == [8, 9])

        // Would not fit even alone.
        recording.append(self.event(10, bytes: 3 * size))
        #expect(self.numbers(recording) == [8, 9])
    }

    @Test func staysWithinItsBytesWhenItIsFull() {
        let size = self.event(1, bytes: 1_000).sizeBytes
        var recording = Recording(limit: 3, limitBytes: 3 * size)
        for number in 1...5 { recording.append(self.event(number, bytes: 1_000)) }
        recording.append(self.event(6, bytes: 1_000 + size))

        #expect(self.numbers(recording) == [5, 6])
        recording.append(self.event(7))
        #expect(self.numbers(recording) == [6, 7])
    }

    @Test func letsGoOfWhatANewLimitHasNoRoomFor() {
        var recording = Recording(limit: 4)
        for number in 1...6 { recording.append(self.event(number)) }
        recording.setLimit(2)
        #expect(self.numbers(recording) == [5, 6])

        recording.setLimit(3)
        for number in 7...8 { recording.append(self.event(number)) }
        #expect(self.numbers(recording) == [6, 7, 8])
    }

    @Test func collectsAStreamedReplyUpToItsLimit() {
        var capture = OutcomeCapture(limitBytes: 5)
        capture.begin(metadata: [MetadataPair("status", "201")])
        capture.write(ByteBuffer(string: "abc"))
        capture.write(ByteBuffer(string: "de"))
        let whole = capture.complete(Outcome(requestID: RequestID(), result: .streamed))

        #expect(whole.isStreamed && whole.metadata == [MetadataPair("status", "201")])
        #expect(String(decoding: whole.body, as: UTF8.self) == "abcde")
        #expect(!capture.isOverLimit)
        capture.write(ByteBuffer(string: "f"))
        #expect(capture.isOverLimit)
    }

    @Test func makesTheSameEventAgain() throws {
        let event = Event(
            requestID: RequestID(), function: "f", qualifier: "live", trigger: .http, payload: ByteBuffer(string: "x"),
            contentType: "text/plain", metadata: [MetadataPair("method", "PUT")], traceID: "Root=1", attempt: 2)
        var capture = OutcomeCapture(limitBytes: 5)
        let outcome = capture.complete(Outcome(requestID: event.requestID, result: .streamed))
        let again = RecordedEvent(event, timeMilliseconds: 1, outcome: outcome).event

        #expect(again.requestID == event.requestID && again.function == "f" && again.trigger == .http)
        #expect(again.payload == event.payload && again.contentType == "text/plain" && again.attempt == 2)
        #expect(again.metadata == event.metadata && again.traceID == "Root=1")
    }
}

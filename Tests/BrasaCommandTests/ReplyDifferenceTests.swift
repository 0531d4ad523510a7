import BrasaBench
import BrasaModel
import Foundation
import NIOCore
import Testing

@testable import brasa

/// What differs between two answers.
struct ReplyDifferenceTests {
    private func reply(_ body: String, _ metadata: [MetadataPair] = []) -> RecordedOutcome {
        RecordedOutcome(
            version: nil, error: nil, metadata: metadata, body: Data(body.utf8), isStreamed: false, report: nil)
    }

    private func failure(_ type: String) -> RecordedOutcome {
        RecordedOutcome(
            version: nil, error: .init(type: type, message: "no"), metadata: [], body: Data(), isStreamed: false,
            report: nil)
    }

    private func texts(_ before: String, _ after: String) -> [String] {
        ReplyDifference.between(self.reply(before), self.reply(after)).map(\.text)
    }

    @Test(arguments: [
        (#"{"a":1,"b":[1,2]}"#, #"{ "b": [1, 2.0], "a": 1 }"#, []),
        (#"{"a":1}"#, #"{"a":2}"#, ["$.a: 1 -> 2"]),
        (#"{"a":true}"#, #"{"a":1}"#, ["$.a: true -> 1"]),
        (#"{"a":null}"#, #"{}"#, ["$.a: null -> (gone)"]),
        (#"{}"#, #"{"b c":"x"}"#, [#"$["b c"]: (new) -> "x""#]),
        (#"[1,[2]]"#, #"[1,[2,3],4]"#, ["$[1][1]: (new) -> 3", "$[2]: (new) -> 4"]),
        (#"{"a":{"b":1}}"#, #"{"a":[1]}"#, ["$.a: {b: 1} -> [1]"]),
        ("plain", "other", [#"body: "plain" -> "other""#]), ("same", "same", []),
        // The body of an HTTP reply is JSON inside JSON.
        (
            #"{"statusCode":200,"body":"{\"n\":1,\"m\":2}"}"#, #"{"statusCode":200,"body":"{\"m\":2,\"n\":3}"}"#,
            ["$.body.n: 1 -> 3"]
        ),
        (#"{"body":"{x"}"#, #"{"body":"{y"}"#, [#"$.body: "{x" -> "{y""#]),
    ])
    func areTold(before: String, after: String, differences: [String]) {
        #expect(self.texts(before, after) == differences)
    }

    @Test func includeStatusAndHeaders() {
        let before = self.reply("{}", [MetadataPair("status", "200"), MetadataPair("etag", "1")])
        let after = self.reply("{}", [MetadataPair("status", "404"), MetadataPair("x-new", "2")])

        #expect(
            ReplyDifference.between(before, after).map(\.text) == [
                "header etag: 1 -> (gone)", "status: 200 -> 404", "header x-new: (new) -> 2",
            ])
    }

    @Test func includeFailures() {
        #expect(ReplyDifference.between(self.failure("A"), self.failure("A")) == [])
        #expect(
            ReplyDifference.between(self.reply("{}"), self.failure("A")).map(\.text) == ["error: a reply -> A: no"])
    }

    @Test func lieWithinPathsByWholeSteps() {
        let difference = ReplyDifference(path: "$.time.unix", before: nil, after: "1")

        #expect(difference.isWithin(["$.time"]) && difference.isWithin(["$.time.unix"]) && difference.isWithin(["$"]))
        #expect(!difference.isWithin(["$.tim", "$.time.unix.s", "time"]))
    }

    // MARK: - What they say about the candidate

    private func played(_ recorded: String, candidate: String, control: String?) -> ReplayedEvent {
        let event = RecordedEvent(
            Event(requestID: RequestID(), function: "f", trigger: .invoke, payload: ByteBuffer()), timeMilliseconds: 0,
            outcome: self.reply(recorded))
        return ReplayedEvent(
            ReplayMessage.Played(
                event: event, candidate: self.reply(candidate), control: control.map { self.reply($0) }),
            ignoring: ["$.ignored"])
    }

    @Test(
        arguments: [
            (#"{"a":1}"#, #"{"a":1}"#, #"{"a":1}"#, .same),
            (#"{"a":1}"#, #"{"a":2}"#, #"{"a":1}"#, .different), (#"{"a":1}"#, #"{"a":2}"#, nil, .different),
            // The time of day.
            (#"{"a":1}"#, #"{"a":3}"#, #"{"a":2}"#, .varies), (#"{"a":1}"#, #"{"a":2}"#, #"{"a":2}"#, .varies),
            (#"{"a":1,"b":1}"#, #"{"a":3,"b":2}"#, #"{"a":2,"b":1}"#, .different),
            (#"{"ignored":{"x":1}}"#, #"{"ignored":{"x":2}}"#, nil, .same),
        ] as [(String, String, String?, ReplayedEvent.Verdict)])
    func countUnlessTheCodeThatAnswersNowShowsThemToo(
        recorded: String, candidate: String, control: String?, verdict: ReplayedEvent.Verdict
    ) {
        #expect(self.played(recorded, candidate: candidate, control: control).verdict == verdict)
    }
}

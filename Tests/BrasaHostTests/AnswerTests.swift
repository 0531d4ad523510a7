import BrasaTesting
import Testing

/// What a caller gets when a function answers and fails: before the first byte, after it, and after the end.
@Suite(.timeLimit(.minutes(2)))
struct AnswerTests {
    private static let streams = TestFunction(fixture: "streams", settings: "timeout: 500ms")

    @Test(arguments: [
        ("{}", "Function.Error", "The function returned status -1 without a message."),
        (#"{"fail": 1}"#, "TooLate", "The cleanup failed."),
    ])
    func dropsABufferedReplyForAnErrorAfterIt(event: String, type: String, message: String) throws {
        try withHost(TestFunction(fixture: "fails_after_reply")) { host in
            let reply = try host.invoke("fails_after_reply", event)
            let overHTTP = try host.gateway.post("/fails_after_reply", event)

            #expect(reply.functionError == "Unhandled")
            #expect(reply.payload.hasPrefix(#"{"errorMessage":"\#(message)","errorType":"\#(type)","#))
            #expect(overHTTP.status == 502)
            #expect(overHTTP.text == overHTTP.failureBody(type, message))
        }
    }

    @Test func failsWithItsErrorBeforeTheFirstByte() throws {
        try withHost(Self.streams) { host in
            let reply = try host.gateway.post("/streams", #"{"before": 1}"#)

            #expect(reply.status == 502)
            #expect(reply.text == reply.failureBody("StreamFailed", "failed before the first byte"))
        }
    }

    @Test(arguments: [
        ("end", "StreamFailed"), ("crash-end", "Runtime.ExitError"), ("hang-end", "Sandbox.Timedout"),
    ])
    func letsTheAnswerStandAfterTheEnd(failure: String, type: String) throws {
        try withHost(Self.streams) { host in
            let reply = try host.gateway.post("/streams", #"{"chunks": 2, "\#(failure)": 1}"#)
            let direct = try host.invoke("streams", #"{"chunks": 2, "\#(failure)": 1}"#)

            #expect(reply.status == 201)
            #expect(reply.text == "aaaaaaaaaabbbbbbbbbb")
            #expect(reply.isComplete)
            #expect(direct.functionError == nil)
            #expect(direct.payload == "aaaaaaaaaabbbbbbbbbb")
            #expect(
                direct.log.contains("Status: \(type == "Sandbox.Timedout" ? "timeout" : "error\tError Type: \(type)")"))
        }
    }
}

import BlockingTests
import BrasaTesting
import Testing

/// What a caller gets when a function fails: instead of an answer, after a buffered one, and before, within and after a stream.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct AnswerTests {
    /// Short where the test waits for its end; else nothing may end before its time on a machine that is busy.
    private static func streams(_ event: String = "") -> TestFunction {
        let timeout = event.hasPrefix("hang") ? "2s" : "30s"
        return TestFunction(fixture: "streams", settings: "timeout: \(timeout)\nbrasa: { spare: 0 }")
    }

    /// The last field of the report of an invocation: its status, or its error's type.
    private func reportedEnd(_ host: RunningHost, _ function: String, _ requestID: String) throws -> Substring? {
        let report = try waitFor("the report of \(requestID)") {
            try host.logLines(of: function).last { $0.requestID == requestID && $0.message.hasPrefix("REPORT") }
        }
        return report.message.split(separator: "\t").last
    }

    // MARK: - Instead of an answer

    @Test func keepsTheInstanceOfAFunctionThatFails() throws {
        try withHost(TestFunction(fixture: "fails", settings: "brasa: { spare: 0 }")) { host in
            let reply = try host.gateway.get("/fails")
            let before = host.instances(of: "fails").map(\.pid)
            let silent = try host.gateway.post("/fails", "silent")
            let direct = try host.invoke("fails")

            #expect(reply.status == 502)
            #expect(reply.text == reply.failureBody("UserNotFound", "There is no user 17."))
            #expect(silent.status == 502)
            #expect(
                silent.text
                    == silent.failureBody("Function.Error", "The function returned status -1 without a message."))
            #expect(direct.status == 200)
            #expect(direct.functionError == "Unhandled")
            #expect(
                direct.payload
                    == #"{"errorMessage":"There is no user 17.","errorType":"UserNotFound","#
                    + #""requestId":"\#(direct.requestID)","stackTrace":[]}"#)
            #expect(before.count == 1)
            #expect(host.instances(of: "fails").map(\.pid) == before)
        }
    }

    // MARK: - After a buffered reply

    @Test(arguments: [
        ("{}", "Function.Error", "The function returned status -1 without a message."),
        (#"{"fail": 1}"#, "TooLate", "The cleanup failed."),
    ])
    func putsAnErrorInThePlaceOfAReplyThatHasNotLeft(event: String, type: String, message: String) throws {
        try withHost(TestFunction(fixture: "fails_after_reply", settings: "brasa: { spare: 0 }")) { host in
            let direct = try host.invoke("fails_after_reply", event)
            let before = host.instances(of: "fails_after_reply").map(\.pid)
            let reply = try host.gateway.post("/fails_after_reply", event)

            #expect(direct.functionError == "Unhandled")
            #expect(
                direct.payload
                    == #"{"errorMessage":"\#(message)","errorType":"\#(type)","requestId":"\#(direct.requestID)","#
                    + #""stackTrace":[]}"#)
            #expect(reply.status == 502)
            #expect(reply.text == reply.failureBody(type, message))
            #expect(host.instances(of: "fails_after_reply").map(\.pid) == before)
        }
    }

    @Test func putsACrashInThePlaceOfAReplyThatHasNotLeft() throws {
        let message = "Runtime exited with error: signal: segmentation fault (phase invoke)"
        try withHost(TestFunction(fixture: "fails_after_reply", settings: "brasa: { spare: 0 }")) { host in
            let reply = try host.gateway.post("/fails_after_reply", "crash")

            #expect(reply.status == 502)
            #expect(reply.text == reply.platformFailureBody("Runtime.ExitError", message))
            try host.waitUntilOnlyZygote(of: "fails_after_reply")
        }
    }

    @Test func putsATimeoutInThePlaceOfAReplyThatHasNotLeft() throws {
        let hangs = TestFunction(fixture: "invoke_hangs_after_reply", settings: "timeout: 200ms\nbrasa: { spare: 0 }")
        try withHost(hangs) { host in
            let reply = try host.gateway.post("/invoke_hangs_after_reply", "")

            #expect(reply.status == 504)
            #expect(
                reply.text == reply.platformFailureBody("Sandbox.Timedout", "Task timed out after 0.20 seconds"))
            try host.waitUntilOnlyZygote(of: "invoke_hangs_after_reply")
        }
    }

    // MARK: - Around a stream

    @Test func failsWithItsErrorBeforeTheFirstByte() throws {
        try withHost(Self.streams()) { host in
            let reply = try host.gateway.post("/streams", #"{"before": 1}"#)

            #expect(reply.status == 502)
            #expect(reply.text == reply.failureBody("StreamFailed", "failed before the first byte"))
            #expect(host.instances(of: "streams").count == 1)
        }
    }

    @Test(arguments: [
        ("after", "Error Type: StreamFailed"), ("noend", "Error Type: Runtime.TruncatedResponse"),
        ("crash-after", "Error Type: Runtime.ExitError"), ("hang-after", "Status: timeout"),
    ])
    func breaksAStreamOffAfterTheFirstByte(event: String, end: String) throws {
        try withHost(Self.streams(event)) { host in
            let reply = try host.gateway.post("/streams", event)

            #expect(reply.status == 201)
            #expect(reply.body.starts(with: Array("aaaaaaaaaa".utf8)))
            #expect(!reply.isComplete)
            #expect(try self.reportedEnd(host, "streams", reply.requestID) == end[...])
            // A function error keeps the instance, a crash or a timeout does not.
            if ["after", "noend"].contains(event) {
                #expect(host.instances(of: "streams").count == 1)
            } else {
                try host.waitUntilOnlyZygote(of: "streams")
            }
            #expect(try host.gateway.post("/streams", "").isComplete)
        }
    }

    @Test(arguments: [
        ("after", "StreamFailed", "failed after the first byte"),
        ("noend", "Runtime.TruncatedResponse", "The function returned before it ended its streamed reply."),
    ])
    func givesCallersOfInvokeTheErrorInThePlaceOfABrokenStream(event: String, type: String, message: String) throws {
        try withHost(Self.streams()) { host in
            let direct = try host.invoke("streams", #"{"\#(event)":1}"#)

            #expect(direct.functionError == "Unhandled")
            #expect(
                direct.payload
                    == #"{"errorMessage":"\#(message)","errorType":"\#(type)","requestId":"\#(direct.requestID)","#
                    + #""stackTrace":[]}"#)
        }
    }

    @Test(arguments: [
        ("end", "Error Type: StreamFailed"), ("crash-end", "Error Type: Runtime.ExitError"),
        ("hang-end", "Status: timeout"),
    ])
    func letsTheAnswerStandAfterTheEndAndReportsTheError(event: String, end: String) throws {
        try withHost(Self.streams(event)) { host in
            let reply = try host.gateway.post("/streams", #"{"chunks": 2, "\#(event)": 1}"#)
            let direct = try host.invoke("streams", #"{"chunks": 2, "\#(event)": 1}"#)

            #expect(reply.status == 201)
            #expect(reply.text == "aaaaaaaaaabbbbbbbbbb")
            #expect(reply.isComplete)
            #expect(direct.functionError == nil)
            #expect(direct.payload == "aaaaaaaaaabbbbbbbbbb")
            #expect(direct.log.split(separator: "\n").last?.hasSuffix("\t" + end) == true)
            #expect(try self.reportedEnd(host, "streams", reply.requestID) == end[...])
            if event != "end" { try host.waitUntilOnlyZygote(of: "streams") }
        }
    }
}

import BlockingTests
import BrasaTesting
import Testing

/// A function that ends its process, or breaks what it shares with the host, while it answers.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct CrashTests {
    /// One way to crash.
    struct Crash: Sendable, CustomTestStringConvertible {
        let fixture: String
        let event: String
        var errorType = "Runtime.ExitError"
        let message: String

        var testDescription: String { "\(self.fixture) with '\(self.event)'" }
    }

    private static let crashes = [
        Crash(
            fixture: "invoke_crashes", event: "crash",
            message: "Runtime exited with error: signal: segmentation fault (phase invoke)"),
        Crash(
            fixture: "invoke_crashes", event: "ill",
            message: "Runtime exited with error: signal: illegal instruction (phase invoke)"),
        Crash(
            fixture: "invoke_crashes", event: "fpe",
            message: "Runtime exited with error: signal: floating point exception (phase invoke)"),
        Crash(
            fixture: "invoke_crashes", event: "bus",
            message: "Runtime exited with error: signal: bus error (phase invoke)"),
        Crash(
            fixture: "invoke_stack_overflow", event: "overflow",
            message: "Runtime exited with error: signal: segmentation fault (phase invoke)"),
        Crash(
            fixture: "invoke_aborts", event: "abort",
            message: "Runtime exited with error: signal: aborted (phase invoke)"),
        Crash(
            fixture: "invoke_kills", event: "kill",
            message: "Runtime exited with error: signal: killed (phase invoke)"),
        Crash(
            fixture: "invoke_exits", event: "exit", message: "Runtime exited with error: exit status 3 (phase invoke)"),
        Crash(
            fixture: "invoke_exits", event: "quick", message: "Runtime exited with error: exit status 3 (phase invoke)"),
        Crash(
            fixture: "invoke_exits", event: "exit status 0",
            message: "Runtime exited without providing a reason (phase invoke)"),
        Crash(
            fixture: "closes_descriptors", event: "some",
            message: "Runtime exited with error: the function closed descriptors of the runtime (phase invoke)"),
        Crash(
            fixture: "closes_descriptors", event: "all",
            message: "Runtime exited with error: the function closed descriptors of the runtime (phase invoke)"),
        Crash(
            fixture: "writes_garbage", event: "ones", errorType: "Runtime.ProtocolViolation",
            message: "The function overwrote memory it shares with the host; its instance was killed (phase invoke)"),
        Crash(
            fixture: "writes_garbage", event: "random", errorType: "Runtime.ProtocolViolation",
            message: "The function overwrote memory it shares with the host; its instance was killed (phase invoke)"),
        Crash(
            fixture: "writes_garbage", event: "random reply", errorType: "Runtime.ProtocolViolation",
            message: "The function overwrote memory it shares with the host; its instance was killed (phase invoke)"),
    ]

    @Test(arguments: crashes)
    func failsThatInvocationOnly(crash: Crash) throws {
        try withHost(TestFunction(fixture: crash.fixture, settings: "brasa: { spare: 0 }")) { host in
            let path = "/\(crash.fixture)"
            let reply = try host.gateway.post(path, crash.event)

            #expect(reply.status == 502)
            let expected =
                crash.errorType == "Runtime.ExitError"
                ? reply.platformFailureBody(crash.errorType, crash.message)
                : reply.failureBody(crash.errorType, crash.message)
            #expect(reply.text == expected)
            try host.waitUntilOnlyZygote(of: crash.fixture)
            // The next invocation gets an instance of its own.
            let again = try host.gateway.post(path, crash.event)
            #expect(again.status == 502)
            #expect(again.text.contains(crash.message))
        }
    }

    @Test func startsAFreshInstanceAfterACrash() throws {
        try withHost(TestFunction(fixture: "invoke_crashes", settings: "brasa: { spare: 0 }")) { host in
            #expect(try host.gateway.post("/invoke_crashes", "").text == "ok")
            let before = try #require(host.instances(of: "invoke_crashes").first)

            #expect(try host.gateway.post("/invoke_crashes", "crash").status == 502)

            #expect(try host.gateway.post("/invoke_crashes", "").text == "ok")
            let after = try #require(host.instances(of: "invoke_crashes").first { $0.pid != before.pid })
            #expect(after.parent == before.parent)
        }
    }

    @Test func leavesInvocationsOfOtherInstancesAlone() throws {
        try withHost(TestFunction(fixture: "invoke_kills"), TestFunction(fixture: "slow")) { host in
            let slow = try (0..<3).map { _ in try host.gateway.start("POST", "/slow", body: #"{"ms":400}"#) }
            for _ in 0..<5 { #expect(try host.gateway.post("/invoke_kills", "kill").status == 502) }

            for call in slow { #expect(try call.receive().text == #"{"ms":400}"#) }
        }
    }

    @Test func tellsCallersOfTheLambdaAPIAndTheLog() throws {
        try withHost(TestFunction(fixture: "invoke_crashes")) { host in
            let reply = try host.invoke("invoke_crashes", #""crash""#)

            let message =
                "RequestId: \(reply.requestID) Error: Runtime exited with error: signal: segmentation fault (phase invoke)"
            #expect(reply.status == 200)
            #expect(reply.functionError == "Unhandled")
            #expect(reply.payload == #"{"errorType":"Runtime.ExitError","errorMessage":"\#(message)"}"#)
            #expect(reply.report("Status") == "error")
            #expect(reply.report("Error Type") == "Runtime.ExitError")
        }
    }

    @Test func endsWhatACrashedFunctionStarted() throws {
        try withHost(TestFunction(fixture: "invoke_forks", settings: "brasa: { spare: 0 }")) { host in
            let reply = try host.gateway.post("/invoke_forks", "crash")

            #expect(
                reply.text
                    == reply.platformFailureBody(
                        "Runtime.ExitError", "Runtime exited with error: signal: segmentation fault (phase invoke)"))
            try host.waitUntilOnlyZygote(of: "invoke_forks")
        }
    }
}

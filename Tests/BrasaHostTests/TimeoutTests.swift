import BlockingTests
import BrasaTesting
import Testing

/// A function that takes longer than its `timeout`.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct TimeoutTests {
    private static let hangs = TestFunction(fixture: "invoke_hangs", settings: "timeout: 1s\nbrasa: { spare: 0 }")

    @Test(arguments: ["sleep", "loop", "deaf"])
    func answersAtTheDeadlineAndEndsTheInstance(event: String) throws {
        try withHost(Self.hangs) { host in
            let started = Deadline.now()
            let reply = try host.gateway.post("/invoke_hangs", event)
            let milliseconds = (Deadline.now() - started) / 1_000_000

            #expect(reply.status == 504)
            #expect(
                reply.text
                    == reply.platformFailureBody("Sandbox.Timedout", "Task timed out after 1.00 seconds"))
            #expect(milliseconds >= 1_000)
            try host.waitUntilOnlyZygote(of: "invoke_hangs")
            #expect(try host.gateway.post("/invoke_hangs", "").text == "ok")
        }
    }

    @Test func tellsCallersOfTheLambdaAPIAndTheLog() throws {
        try withHost(Self.hangs) { host in
            let reply = try host.invoke("invoke_hangs", #""sleep""#)

            let message = "RequestId: \(reply.requestID) Error: Task timed out after 1.00 seconds"
            #expect(reply.status == 200)
            #expect(reply.functionError == "Unhandled")
            #expect(reply.payload == #"{"errorType":"Sandbox.Timedout","errorMessage":"\#(message)"}"#)
            #expect(reply.report("Status") == "timeout")
            // The host looks when it can; the function has had all of its time.
            let duration = try #require(reply.report("Duration")?.split(separator: " ").first.flatMap { Double($0) })
            #expect((1_000..<60_000).contains(duration))
        }
    }

    @Test func endsEveryProcessTheFunctionStarted() throws {
        let forks = TestFunction(fixture: "invoke_forks", settings: "timeout: 3s\nbrasa: { spare: 0 }")
        try withHost(forks) { host in
            let call = try host.gateway.start("POST", "/invoke_forks", body: "hang")
            // In a session of its own, deaf to SIGTERM and SIGHUP.
            try waitUntil("the function's child") {
                host.processes(of: "invoke_forks").contains { $0.role == .other && $0.session == $0.pid }
            }
            let reply = try call.receive()

            #expect(reply.status == 504)
            #expect(
                reply.text == reply.platformFailureBody("Sandbox.Timedout", "Task timed out after 3.00 seconds"))
            try host.waitUntilOnlyZygote(of: "invoke_forks")
            #expect(try host.gateway.post("/invoke_forks", "").status == 200)
        }
    }

    @Test func leavesOtherInvocationsOfTheFunctionAlone() throws {
        let slow = TestFunction(fixture: "slow", settings: "timeout: 5s\nbrasa: { spare: 0 }")
        try withHost(slow) { host in
            let tooSlow = try host.gateway.start("POST", "/slow", body: #"{"ms":60000}"#)
            let inTime = try (0..<4).map { _ in try host.gateway.start("POST", "/slow", body: #"{"ms":300}"#) }

            for call in inTime { #expect(try call.receive().text == #"{"ms":300}"#) }
            #expect(try tooSlow.receive().status == 504)
        }
    }

    @Test func givesTheFunctionTheTimeThatIsLeft() throws {
        struct Limits: Decodable {
            let timeLeftNanoseconds: Int64
            let memoryLimitBytes: Int
            let cancelled: Int
        }
        try withHost(TestFunction(fixture: "limits", settings: "timeout: 20\nmemorySize: 96")) { host in
            let limits = try host.gateway.post("/limits", "").json(Limits.self)

            #expect((1_000_000_000...20_000_000_000).contains(limits.timeLeftNanoseconds))
            #expect(limits.memoryLimitBytes == 96 << 20)
            #expect(limits.cancelled == 0)
        }
    }
}

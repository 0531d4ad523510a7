import BlockingTests
import BrasaTesting
import Foundation
import Testing

/// How many instances a function has, which of them answers, and how long each lives.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct InstanceLifeTests {
    private struct Count: Decodable, Hashable {
        let count: Int
        let pid: Int32
    }

    private static func counter(_ brasa: String) -> TestFunction {
        TestFunction(fixture: "counter", settings: "timeout: 60\nbrasa: { \(brasa) }")
    }

    private func call(_ host: RunningHost, _ event: String = "{}") throws -> Count {
        try host.gateway.post("/counter", event).json(Count.self)
    }

    private func callAtOnce(_ host: RunningHost, _ count: Int) throws -> [Count] {
        let gate = host.gate("all-at-once")
        let calls = try (0..<count).map { _ in try host.gateway.start("POST", "/counter", body: gate.event) }
        try waitUntil("\(count) busy instances") { try host.status(of: "counter").instances["busy"] == count }
        try gate.open()
        return try calls.map { try $0.receive().json(Count.self) }
    }

    @Test func replacesAnInstanceAfterSoManyInvocations() throws {
        try withHost(Self.counter("spare: 0, retireAfter: { invocations: 3 }")) { host in
            let counts = try (0..<7).map { _ in try self.call(host) }

            #expect(counts.map(\.count) == [1, 2, 3, 1, 2, 3, 1])
            #expect(Set(counts.map(\.pid)).count == 3)
            try waitUntil("the others to end") { host.instances(of: "counter").map(\.pid) == [counts[6].pid] }
        }
    }

    @Test func replacesAnInstanceAtItsAge() throws {
        try withHost(Self.counter("spare: 0, retireAfter: { age: 1s }")) { host in
            let first = try self.call(host)
            try waitUntil("another instance") { try self.call(host).pid != first.pid }

            try waitUntil("the first to end") { !host.instances(of: "counter").contains { $0.pid == first.pid } }
        }
    }

    @Test func endsWhatIsIdle() throws {
        try withHost(Self.counter("spare: 0, idleTimeout: 200ms")) { host in
            let first = try self.call(host)
            try host.waitUntilOnlyZygote(of: "counter")

            let second = try self.call(host)
            #expect(second.count == 1)
            #expect(second.pid != first.pid)
        }
    }

    @Test func forksSparesAheadOnceTheFunctionWasCalled() throws {
        try withHost(Self.counter("spare: 2")) { host in
            #expect(try host.status(of: "counter").instances == ["idle": 0, "busy": 0, "starting": 0])
            let gate = host.gate()
            let running = try host.gateway.start("POST", "/counter", body: gate.event)
            try waitUntil("the spares") {
                try host.status(of: "counter").instances == ["idle": 2, "busy": 1, "starting": 0]
            }
            try gate.open()
            let first = try running.receive().json(Count.self)
            let ready = Set(host.instances(of: "counter").map(\.pid))

            let answers = try self.callAtOnce(host, 3)

            #expect(ready.contains(first.pid))
            #expect(Set(answers.map(\.pid)) == ready)
        }
    }

    @Test func usesTheInstanceThatAnsweredLast() throws {
        try withHost(Self.counter("spare: 1")) { host in
            let pids = Set(try self.callAtOnce(host, 3).map(\.pid))
            #expect(pids.count == 3)
            try waitUntil("all to be idle") { try host.status(of: "counter").instances["idle"] ?? 0 >= 3 }

            let after = try (0..<10).map { _ in try self.call(host) }

            #expect(Set(after.map(\.pid)).count == 1)
            #expect(pids.contains(after[0].pid))
            #expect(after.map(\.count) == Array(2...11))
        }
    }

    // MARK: - Provisioned

    @Test func keepsProvisionedInstancesReadyAndReplacesThem() throws {
        let function = TestFunction(
            fixture: "counter", settings: "provisionedConcurrency: 2\nbrasa: { spare: 0, idleTimeout: 100ms }")
        try withHost(function) { host in
            func ready() throws -> Bool { try host.status(of: "counter").instances["idle"] == 2 }
            try waitUntil("both to be ready") { try ready() }
            let before = Set(host.instances(of: "counter").map(\.pid))
            // Neither idle nor unused ones expire; what is beyond them does.
            let answers = try self.callAtOnce(host, 4)
            #expect(before.isSubset(of: answers.map(\.pid)))
            try waitUntil("the others to expire") { try ready() }

            let victim = try #require(host.instances(of: "counter").first)
            kill(victim.pid, SIGKILL)

            try waitUntil("another in its place") {
                try ready() && !host.instances(of: "counter").contains { $0.pid == victim.pid }
            }
        }
    }

    @Test func followsTheClockOfTheSchedulesTimeZone() throws {
        // The same hours by two clocks: five hours around now in the first, nine hours apart in the other.
        let zone = try #require(TimeZone(identifier: "Asia/Tokyo"))
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let hour = calendar.component(.hour, from: Date())
        func clock(_ hour: Int) -> String { String(format: "%02d:00", (hour + 24) % 24) }
        let window = "from: '\(clock(hour - 2))', until: '\(clock(hour + 3))', concurrency: 3"
        let functions = [("tokyo", "Asia/Tokyo"), ("utc", "UTC")].map { name, zone in
            TestFunction(
                fixture: "counter", name: name,
                settings:
                    "provisionedConcurrency: 1\nbrasa: { provisionedSchedules: [{ timeZone: \(zone), \(window) }] }")
        }
        try withHost(HostSetup(functions)) { host in
            try waitUntil("three by the clock of Tokyo") { try host.status(of: "tokyo").instances["idle"] == 3 }
            try waitUntil("one by the clock of UTC") { try host.status(of: "utc").instances["idle"] == 1 }
        }
    }

    // MARK: - Without room

    @Test func refusesEveryCallOfAFunctionThatIsSwitchedOff() throws {
        try withHost(TestFunction(fixture: "counter", settings: "reservedConcurrency: 0")) { host in
            let reply = try host.gateway.get("/counter")
            let invoked = try host.invoke("counter")

            let reason = "ReservedFunctionConcurrentInvocationLimitExceeded"
            #expect(reply.status == 429)
            #expect(reply.head["retry-after"] == "1")
            #expect(
                reply.text
                    == #"{"message":"Rate Exceeded.","errorType":"TooManyRequestsException","reason":"\#(reason)","#
                    + #""requestId":"\#(reply.requestID)"}"#)
            #expect(invoked.status == 429)
            #expect(invoked.payload == #"{"Reason":"\#(reason)","Type":"User","message":"Rate Exceeded."}"#)
            #expect(host.instances(of: "counter").isEmpty)
        }
    }

    @Test func refusesWhoFindsTheQueueOfAVersionFullOrWaitsTooLong() throws {
        // It is cut off at the start, so the first call starts it again and waits for that.
        let hangs = TestFunction(fixture: "init_hangs", settings: "timeout: 60s\nbrasa: { initTimeout: 200ms }")
        let limits = "limits:\n  queue: { depth: 1, wait: 5s }\n"
        try withHost(HostSetup([hangs], hostSettings: limits)) { host in
            let waiting = try host.gateway.start("GET", "/init_hangs")
            try waitUntil("the second start") { host.processes(of: "init_hangs").contains { $0.role == .zygote } }
            let refused = try host.gateway.get("/init_hangs")
            let late = try waiting.receive()

            func body(_ reply: HTTPReply, _ message: String) -> String {
                #"{"message":"\#(message)","errorType":"TooManyRequestsException","reason":"CallerRateLimitExceeded","#
                    + #""requestId":"\#(reply.requestID)"}"#
            }
            #expect(refused.status == 429)
            #expect(
                refused.text
                    == body(refused, "1 invocations wait for this version to start already (limits.queue.depth)."))
            #expect(late.status == 429)
            #expect(late.text == body(late, "The version did not start within 5000 ms (limits.queue.wait)."))
        }
    }
}

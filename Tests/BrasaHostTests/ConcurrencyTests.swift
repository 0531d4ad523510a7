import BlockingTests
import BrasaTesting
import Foundation
import Testing

/// What a function's callers get when there is no concurrency left.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct ConcurrencyTests {
    private static let slow = TestFunction(fixture: "slow", settings: "timeout: 60s")

    private func waitUntilBusy(_ host: RunningHost, _ function: String, _ count: Int) throws {
        try waitUntil("\(count) busy instances of \(function)") {
            try host.status(of: function).instances["busy"] == count
        }
    }

    /// Returns when the host has read what clients had sent it before: it takes connections in the order they come.
    private func waitUntilRead(_ host: RunningHost) throws { _ = try host.gateway.get("/") }

    private func throttleBody(_ reply: HTTPReply, _ reason: String) -> String {
        #"{"message":"Rate Exceeded.","errorType":"TooManyRequestsException","reason":"\#(reason)","requestId":"\#(reply.requestID)"}"#
    }

    // MARK: - At once

    @Test func refusesWhatIsOverTheAccountAtOnce() throws {
        let host = HostSetup(
            [Self.slow], hostSettings: "limits:\n  accountConcurrency: 2\n  unreservedFloor: 0\n", hasNeighbour: false)
        try withHost(host) { host in
            let gate = host.gate()
            let running = try (0..<2).map { _ in try host.gateway.start("POST", "/slow", body: gate.event) }
            try self.waitUntilBusy(host, "slow", 2)
            let refused = try host.gateway.post("/slow", #"{"ms":1}"#)
            try gate.open()
            #expect(refused.status == 429)
            #expect(refused.head["retry-after"] == "1")
            #expect(refused.text == self.throttleBody(refused, "ConcurrentInvocationLimitExceeded"))
            for call in running { #expect(try call.receive().status == 200) }
            #expect(try host.gateway.post("/slow", #"{"ms":1}"#).status == 200)
        }
    }

    @Test func refusesWhatIsOverTheReservationAndLeavesOthersAlone() throws {
        let reserved = TestFunction(fixture: "slow", settings: "reservedConcurrency: 1")
        try withHost(reserved, TestFunction(fixture: "echo")) { host in
            let gate = host.gate()
            let running = try host.gateway.start("POST", "/slow", body: gate.event)
            try self.waitUntilBusy(host, "slow", 1)
            let refused = try host.invoke("slow", #"{"ms":1}"#)
            #expect(refused.status == 429)
            #expect(
                refused.payload
                    == #"{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}"#
            )
            #expect(try host.gateway.post("/echo", "hi").status == 200)
            try gate.open()
            #expect(try running.receive().status == 200)
        }
    }

    // MARK: - Waiting

    @Test func letsACallOfOneFunctionHaveWhatAnotherGivesBack() throws {
        let limits = "limits:\n  accountConcurrency: 1\n  unreservedFloor: 0\n  concurrencyWait: 60s\n"
        let setup = HostSetup([Self.slow, TestFunction(fixture: "echo")], hostSettings: limits, hasNeighbour: false)
        try withHost(setup) { host in
            let gate = host.gate()
            let running = try host.gateway.start("POST", "/slow", body: gate.event)
            try self.waitUntilBusy(host, "slow", 1)
            let waiting = try host.gateway.start("POST", "/echo", body: "I wait")
            try self.waitUntilRead(host)
            #expect(!waiting.hasArrived)
            try gate.open()
            #expect(try waiting.receive().status == 200)
            #expect(try running.receive().status == 200)
        }
    }

    @Test func letsFunctionsTakeTurns() throws {
        let limits = "limits:\n  accountConcurrency: 1\n  unreservedFloor: 0\n  concurrencyWait: 60s\n"
        let file = try FixtureLibrary.makeFolder() + "/order"
        let others = ["crowd", "single"].map {
            TestFunction(fixture: "records", name: $0, settings: "timeout: 20\nenvironment: { FILE: \(file) }")
        }
        try withHost(HostSetup([Self.slow] + others, hostSettings: limits, hasNeighbour: false)) { host in
            let gate = host.gate()
            let running = try host.gateway.start("POST", "/slow", body: gate.event)
            try self.waitUntilBusy(host, "slow", 1)
            // Nine calls of one function are ahead of one of another.
            let crowd = try (0..<9).map { try host.gateway.start("POST", "/crowd", body: #"{"n":\#($0)}"#) }
            try self.waitUntilRead(host)
            let single = try host.gateway.start("POST", "/single", body: #"{"n":100}"#)
            try self.waitUntilRead(host)
            try gate.open()
            for call in [running, single] + crowd { #expect(try call.receive().status == 200) }

            let order = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map {
                $0.split(separator: " ").first ?? ""
            }
            #expect(order == ["0", "100"] + (1..<9).map { "\($0)" })
        }
    }

    @Test func refusesWhoHasWaitedLongEnough() throws {
        let limits = "limits:\n  accountConcurrency: 1\n  unreservedFloor: 0\n  concurrencyWait: 200ms\n"
        try withHost(HostSetup([Self.slow], hostSettings: limits, hasNeighbour: false)) { host in
            let gate = host.gate()
            let running = try host.gateway.start("POST", "/slow", body: gate.event)
            try self.waitUntilBusy(host, "slow", 1)
            let started = Deadline.now()
            let refused = try host.gateway.post("/slow", #"{"ms":1}"#)
            let milliseconds = (Deadline.now() - started) / 1_000_000
            #expect(refused.status == 429)
            #expect(refused.text == self.throttleBody(refused, "ConcurrentInvocationLimitExceeded"))
            #expect(milliseconds >= 200)
            try gate.open()
            #expect(try running.receive().status == 200)
        }
    }

    @Test func refusesAtOnceWhatIsOverTheDepthOfTheQueue() throws {
        let limits =
            "limits:\n  accountConcurrency: 1\n  unreservedFloor: 0\n  concurrencyWait: 60s\n  queue: { depth: 1 }\n"
        try withHost(HostSetup([Self.slow], hostSettings: limits, hasNeighbour: false)) { host in
            let gate = host.gate()
            let running = try host.gateway.start("POST", "/slow", body: gate.event)
            try self.waitUntilBusy(host, "slow", 1)
            let others = try (0..<3).map { _ in try host.gateway.start("POST", "/slow", body: #"{"ms":1}"#) }
            try waitUntil("two refusals") { others.count(where: \.hasArrived) == 2 }
            try gate.open()
            let statuses = try others.map { try $0.receive().status }.sorted()
            #expect(statuses == [200, 429, 429])
            #expect(try running.receive().status == 200)
        }
    }

    @Test func runsWhatWaitsOnTheVersionThatIsThereWhenItsTurnComes() throws {
        let limits = "limits:\n  accountConcurrency: 1\n  unreservedFloor: 0\n  concurrencyWait: 60s\n"
        let old = TestFunction(fixture: "slow", name: "work", settings: "timeout: 60s")
        try withHost(HostSetup([old], hostSettings: limits, hasNeighbour: false)) { host in
            let before = try host.status(of: "work").codeSHA256
            let gate = host.gate()
            let running = try host.gateway.start("POST", "/work", body: gate.event)
            try self.waitUntilBusy(host, "work", 1)
            let waiting = try host.gateway.start("POST", "/work", body: #"{"ms":77}"#)
            try self.waitUntilRead(host)
            try host.folder.put(try FixtureLibrary.build("identity"), as: "work")
            try waitUntil("the new version") { try host.status(of: "work").codeSHA256 != before }

            try gate.open()
            #expect(try running.receive().text == #"{"ms":100}"#)
            let reply = try waiting.receive()
            #expect(reply.status == 200)
            #expect(reply.text.contains(#""function":"work""#))
        }
    }

    @Test func stopsWithThoseThatWait() throws {
        let limits =
            "limits:\n  accountConcurrency: 1\n  unreservedFloor: 0\n  concurrencyWait: 20s\n  drainTimeout: 300ms\n"
        try withHost(HostSetup([Self.slow], hostSettings: limits, hasNeighbour: false)) { host in
            let running = try host.gateway.start("POST", "/slow", body: #"{"ms":15000}"#)
            try self.waitUntilBusy(host, "slow", 1)
            let waiting = try host.gateway.start("POST", "/slow", body: #"{"ms":1}"#)
            try host.stop()
            withExtendedLifetime((running, waiting)) {}
        }
    }

    // MARK: - Rates

    @Test func holdsAFunctionToTenRequestsPerSecondAndReservedUnitUnderTheProfile() throws {
        let limits = "limits:\n  profile: aws\n"
        let reserved = TestFunction(fixture: "echo", settings: "timeout: 20s\nreservedConcurrency: 1")
        try withHost(HostSetup([reserved], hostSettings: limits, hasNeighbour: false)) { host in
            var reasons: [String: Int] = [:]
            let connection = try host.gateway.connect()
            // All at once, so that the host alone says how fast they come.
            for _ in 0..<60 { try connection.send("POST", "/echo", body: Array("x".utf8)) }
            for _ in 0..<60 {
                let reply = try connection.receive()
                let reason = reply.text.contains("ReservedFunctionInvocationRateLimitExceeded")
                reasons[reply.status == 200 ? "answered" : reason ? "rate" : reply.text, default: 0] += 1
            }
            #expect(Set(reasons.keys) == ["answered", "rate"])
            #expect(reasons["answered", default: 0] >= 10)
        }
    }

    @Test func holdsNobodyToARateOtherwise() throws {
        let reserved = TestFunction(fixture: "echo", settings: "reservedConcurrency: 1")
        try withHost(HostSetup([reserved], hasNeighbour: false)) { host in
            let connection = try host.gateway.connect()
            for _ in 0..<60 {
                try connection.send("POST", "/echo", body: Array("x".utf8))
                #expect(try connection.receive().status == 200)
            }
        }
    }
}

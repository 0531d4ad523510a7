import BlockingTests
import BrasaTesting
import Testing

/// What a function's callers get when there is no concurrency left.
@Suite(.blocking, .serialized, .timeLimit(.minutes(2)))
struct ConcurrencyTests {
    private static let slow = TestFunction(fixture: "slow", settings: "timeout: 20s")

    private func waitUntilBusy(_ host: RunningHost, _ function: String, _ count: Int) throws {
        try waitUntil("\(count) busy instances of \(function)") {
            try host.status(of: function).instances["busy"] == count
        }
    }

    private func throttleBody(_ reply: HTTPReply, _ reason: String) -> String {
        #"{"message":"Rate Exceeded.","errorType":"TooManyRequestsException","reason":"\#(reason)","requestId":"\#(reply.requestID)"}"#
    }

    // MARK: - At once

    @Test func refusesWhatIsOverTheAccountAtOnce() throws {
        let host = HostSetup(
            [Self.slow], hostSettings: "limits:\n  accountConcurrency: 2\n  unreservedFloor: 0\n", hasNeighbour: false)
        try withHost(host) { host in
            let running = try (0..<2).map { _ in try host.gateway.start("POST", "/slow", body: #"{"ms":700}"#) }
            try self.waitUntilBusy(host, "slow", 2)
            let refused = try host.gateway.post("/slow", #"{"ms":1}"#)
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
            let running = try host.gateway.start("POST", "/slow", body: #"{"ms":700}"#)
            try self.waitUntilBusy(host, "slow", 1)
            let refused = try host.invoke("slow", #"{"ms":1}"#)
            #expect(refused.status == 429)
            #expect(
                refused.payload
                    == #"{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}"#
            )
            #expect(try host.gateway.post("/echo", "hi").status == 200)
            #expect(try running.receive().status == 200)
        }
    }

    // MARK: - Waiting

    @Test func letsACallOfOneFunctionHaveWhatAnotherGivesBack() throws {
        let limits = "limits:\n  accountConcurrency: 1\n  unreservedFloor: 0\n  concurrencyWait: 10s\n"
        let setup = HostSetup([Self.slow, TestFunction(fixture: "echo")], hostSettings: limits, hasNeighbour: false)
        try withHost(setup) { host in
            let running = try host.gateway.start("POST", "/slow", body: #"{"ms":400}"#)
            try self.waitUntilBusy(host, "slow", 1)
            let waiting = try host.gateway.start("POST", "/echo", body: "I wait")
            #expect(try waiting.receive().status == 200)
            #expect(try running.receive().status == 200)
        }
    }

    @Test func letsFunctionsTakeTurns() throws {
        let limits = "limits:\n  accountConcurrency: 1\n  unreservedFloor: 0\n  concurrencyWait: 20s\n"
        let second = TestFunction(fixture: "slow", name: "second", settings: "timeout: 20s")
        try withHost(HostSetup([Self.slow, second], hostSettings: limits, hasNeighbour: false)) { host in
            let running = try host.gateway.start("POST", "/slow", body: #"{"ms":400}"#)
            try self.waitUntilBusy(host, "slow", 1)
            // Nine calls of one function are ahead of one of another.
            let crowd = try (0..<9).map { _ in try host.gateway.start("POST", "/slow", body: #"{"ms":200}"#) }
            let single = try host.gateway.start("POST", "/second", body: #"{"ms":1}"#)
            #expect(try single.receive().status == 200)
            // Answered while most of the crowd still waits.
            #expect(try host.status(of: "slow").instances["busy"] == 1)
            for call in [running] + crowd { #expect(try call.receive().status == 200) }
        }
    }

    @Test func refusesWhoHasWaitedLongEnough() throws {
        let limits = "limits:\n  accountConcurrency: 1\n  unreservedFloor: 0\n  concurrencyWait: 200ms\n"
        try withHost(HostSetup([Self.slow], hostSettings: limits, hasNeighbour: false)) { host in
            let running = try host.gateway.start("POST", "/slow", body: #"{"ms":1500}"#)
            try self.waitUntilBusy(host, "slow", 1)
            let started = Deadline.now()
            let refused = try host.gateway.post("/slow", #"{"ms":1}"#)
            let milliseconds = (Deadline.now() - started) / 1_000_000
            #expect(refused.status == 429)
            #expect(refused.text == self.throttleBody(refused, "ConcurrentInvocationLimitExceeded"))
            #expect(milliseconds >= 200)
            #expect(try running.receive().status == 200)
        }
    }

    @Test func refusesAtOnceWhatIsOverTheDepthOfTheQueue() throws {
        let limits =
            "limits:\n  accountConcurrency: 1\n  unreservedFloor: 0\n  concurrencyWait: 15s\n  queue: { depth: 1 }\n"
        try withHost(HostSetup([Self.slow], hostSettings: limits, hasNeighbour: false)) { host in
            let running = try host.gateway.start("POST", "/slow", body: #"{"ms":1000}"#)
            try self.waitUntilBusy(host, "slow", 1)
            let others = try (0..<3).map { _ in try host.gateway.start("POST", "/slow", body: #"{"ms":1}"#) }
            let statuses = try others.map { try $0.receive().status }.sorted()
            #expect(statuses == [200, 429, 429])
            #expect(try running.receive().status == 200)
        }
    }

    @Test func runsWhatWaitsOnTheVersionThatIsThereWhenItsTurnComes() throws {
        let limits = "limits:\n  accountConcurrency: 1\n  unreservedFloor: 0\n  concurrencyWait: 20s\n"
        let old = TestFunction(fixture: "slow", name: "work", settings: "timeout: 20s")
        try withHost(HostSetup([old], hostSettings: limits, hasNeighbour: false)) { host in
            let before = try host.status(of: "work").codeSHA256
            let running = try host.gateway.start("POST", "/work", body: #"{"ms":3000}"#)
            try self.waitUntilBusy(host, "work", 1)
            let waiting = try host.gateway.start("POST", "/work", body: #"{"ms":77}"#)
            try host.folder.put(try FixtureLibrary.build("identity"), as: "work")
            try waitUntil("the new version") { try host.status(of: "work").codeSHA256 != before }

            #expect(try running.receive().text == #"{"ms":3000}"#)
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
        let reserved = TestFunction(fixture: "echo", settings: "timeout: 3s\nreservedConcurrency: 1")
        try withHost(HostSetup([reserved], hostSettings: limits, hasNeighbour: false)) { host in
            var reasons: [String: Int] = [:]
            let connection = try host.gateway.connect()
            for _ in 0..<60 {
                try connection.send("POST", "/echo", body: Array("x".utf8))
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

import BlockingTests
import BrasaModel
import BrasaTesting
import Foundation
import Testing

/// What holds in every isolation: the same calls have the same answers, whether an instance is forked, a fresh process or a
/// thread of the host.
///
/// What differs is in docs/isolation.md, and in `InprocessTests`.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct IsolationTests {
    private static func function(
        _ fixture: String, _ isolation: Isolation, _ settings: String = "", brasa: String = "spare: 0"
    ) -> TestFunction {
        TestFunction(
            fixture: fixture, settings: "brasa: { isolation: \(isolation.rawValue), \(brasa) }\n\(settings)")
    }

    @Test(arguments: Isolation.allCases)
    func answersInOnePieceReservedAndStreamed(isolation: Isolation) throws {
        let fixtures = ["echo", "reply_sized", "reply_reserved", "streams", "never_replies", "reply_too_large"]
        let functions = fixtures.map { Self.function($0, isolation, "memorySize: 256") }
        try withHost(HostSetup(functions)) { host in
            for name in fixtures { #expect(try host.status(of: name).isolation == isolation.rawValue) }
            #expect(try host.gateway.post("/echo", "hello").text.contains("hello"))
            for bytes in [0, 1_000, 65_536, 1 << 20, 6_291_556] {
                let buffered = try host.invoke("reply_sized", #"{"bytes":\#(bytes)}"#)
                #expect(buffered.payload.utf8.count == (bytes == 0 ? 4 : bytes), "\(bytes) bytes")
                guard bytes > 0 else { continue }
                let reserved = try host.invoke("reply_reserved", #"{"bytes":\#(bytes)}"#)
                #expect(reserved.payload.utf8.count == bytes, "\(bytes) bytes")
            }
            for event in ["chunks 5 size 4", "chunks 40 size 300000", "chunks 8 size 100000 reserved"] {
                let streamed = try host.gateway.post("/streams", event)
                let numbers = event.split(separator: " ").compactMap { Int($0) }
                #expect(streamed.status == 201)
                #expect(streamed.head["content-type"] == "text/plain")
                #expect(streamed.isComplete)
                #expect(streamed.body.count == numbers[0] * numbers[1])
            }
            #expect(try host.gateway.get("/never_replies").text == "null")
            #expect(try host.gateway.get("/reply_too_large").status == 502)
        }
    }

    @Test(arguments: Isolation.allCases)
    func tellsCallersHowAFunctionFailed(isolation: Isolation) throws {
        try withHost(Self.function("fails", isolation), Self.function("streams", isolation)) { host in
            let failed = try host.gateway.get("/fails")
            let silent = try host.gateway.post("/fails", "silent")
            let before = try host.gateway.post("/streams", "before")
            let after = try host.gateway.post("/streams", "after")
            let unended = try host.gateway.post("/streams", "noend")

            #expect(failed.status == 502)
            #expect(failed.text == failed.failureBody("UserNotFound", "There is no user 17."))
            #expect(
                silent.text
                    == silent.failureBody("Function.Error", "The function returned status -1 without a message."))
            #expect(before.text == before.failureBody("StreamFailed", "failed before the first byte"))
            #expect(after.status == 201)
            #expect(!after.isComplete)
            #expect(!unended.isComplete)
            // None of that costs an instance.
            #expect(try host.status(of: "fails").instances == ["starting": 0, "idle": 1, "busy": 0])
        }
    }

    @Test(arguments: Isolation.allCases)
    func asksForAnotherAttemptOfAnAsynchronousEvent(isolation: Isolation) throws {
        let function = Self.function("fails", isolation, "maximumRetryAttempts: 0")
        try withHost(function) { host in
            let direct = try host.invoke("fails", "\"retry\"")
            let handedOver = try host.invokeLater("fails", "\"retry\"")

            #expect(direct.functionError == "Unhandled")
            #expect(direct.payload.contains(#""errorMessage":"There is no user 17.","errorType":"UserNotFound""#))
            #expect(handedOver.status == 202)
            try waitUntil("the asynchronous event to be tried") {
                try host.logLines(of: "fails").contains {
                    $0.requestID == handedOver.requestID && $0.message.hasPrefix("REPORT ")
                }
            }
        }
    }

    @Test(arguments: Isolation.allCases)
    func tellsWhyALibraryDoesNotStartAndServesTheOthers(isolation: Isolation) throws {
        let expected = [
            "init_fails": "cannot open users.db: No such file (phase init)",
            "init_crashes": "signal: segmentation fault (phase init)",
            "crash_in_constructor": "signal: segmentation fault (phase load)",
            "init_exits": "(phase init)",
            "init_hangs": "did not finish within 2000 ms (phase init)",
            "thaw_fails": "(phase thaw)",
        ]
        // Short where the test waits for its end; else nothing may end before its time on a machine that is busy.
        let functions = expected.keys.sorted().map {
            let limit = $0 == "init_hangs" ? "2s" : "30s"
            return Self.function($0, isolation, "timeout: \(limit)", brasa: "spare: 0, initTimeout: \(limit)")
        }
        try withHost(HostSetup(functions)) { host in
            for (name, text) in expected {
                let reply = try host.gateway.get("/\(name)")
                #expect(reply.status == (name == "init_hangs" ? 504 : 502), "\(name)")
                #expect(reply.text.contains(text), "\(name): \(reply.text)")
            }
        }
    }

    @Test(arguments: Isolation.allCases)
    func keepsTheLinesOfEachInvocationUnderItsIdentity(isolation: Isolation) throws {
        try withHost(Self.function("prints", isolation, brasa: "spare: 2")) { host in
            for identity in try Self.callFiveTimes(host) {
                let own = try host.logLines(of: "prints", afterEndOf: [identity]).filter { $0.requestID == identity }
                Self.expectLines(own, of: identity)
            }
        }
    }

    private static func callFiveTimes(_ host: RunningHost) throws -> [String] {
        let calls = try (0..<5).map { _ in try host.gateway.start("GET", "/prints") }
        return try calls.map { try $0.receive().requestID }
    }

    private static func expectLines(_ lines: [HostedLine], of identity: String) {
        let logged = lines.filter { $0.source == "log" }.map { "\($0.level ?? "") \($0.message)" }
        let report = lines.last?.message ?? ""
        #expect(logged == [#"INFO log one user=17 quote=a "b""# + "\n", "ERROR log two"])
        #expect(lines.first?.message == "START RequestId: \(identity) Version: $LATEST")
        #expect(report.hasPrefix("REPORT RequestId: \(identity)\tDuration: "))
    }

    @Test(arguments: Isolation.allCases)
    func handsOverTheFactsBesideTheEvent(isolation: Isolation) throws {
        struct Identity: Decodable {
            let requestId: String
            let function: String
            let version: String
            let trigger: String
            let attempt: Int
        }
        let names = ["metadata", "identity", "limits"]
        try withHost(HostSetup(names.map { Self.function($0, isolation, "timeout: 20") })) { host in
            let reply = try host.gateway.get("/metadata?a=1")
            let facts = try reply.json([String: String].self)
            let identity = try host.gateway.get("/identity")
            let limits = try host.gateway.get("/limits")

            #expect(reply.status == 202)
            #expect(reply.head["x-fixture"] == "metadata")
            #expect(facts["method"] == "GET")
            #expect(facts["path"] == "/metadata")
            #expect(facts["query"] == "a=1")
            let read = try identity.json(Identity.self)
            #expect(read.requestId == identity.requestID)
            #expect(read.function == "identity")
            #expect(read.version == "$LATEST")
            #expect(read.trigger == "http")
            #expect(read.attempt == 1)
            #expect(limits.text.contains(#""cancelled":0"#))
        }
    }

    @Test(arguments: Isolation.allCases)
    func callsServicesOfTheHost(isolation: Isolation) throws {
        try withHost(Self.function("calls_service", isolation)) { host in
            // No host has a service of that name: it is asked, and says so.
            let reply = try host.gateway.post("/calls_service", "unknown")

            #expect(reply.status == 200)
            #expect(reply.text.hasPrefix("-10|UnknownServiceException|"), "\(reply.text)")
        }
    }

    @Test(arguments: Isolation.allCases)
    func runsAsManyInvocationsAtOnceAsItIsAllowed(isolation: Isolation) throws {
        let reserved = Self.function("slow", isolation, "timeout: 60\nreservedConcurrency: 4")
        try withHost(reserved) { host in
            let gate = host.gate()
            let running = try (0..<4).map { _ in try host.gateway.start("POST", "/slow", body: gate.event) }
            try waitUntil("4 busy instances") { try host.status(of: "slow").instances["busy"] == 4 }
            let refused = try host.gateway.post("/slow", #"{"ms":1}"#)

            #expect(refused.status == 429)
            try gate.open()
            for call in running { #expect(try call.receive().text == #"{"ms":100}"#) }
            #expect(try host.gateway.post("/slow", #"{"ms":1}"#).status == 200)
        }
    }

    @Test(arguments: Isolation.allCases)
    func answersAtTheDeadlineAndUsesAnotherInstanceNext(isolation: Isolation) throws {
        let slow = Self.function("slow", isolation, "timeout: 1s")
        let streams = Self.function("streams", isolation, "timeout: 1s")
        try withHost(slow, streams) { host in
            let started = Deadline.now()
            let late = try host.gateway.post("/slow", #"{"ms":5000}"#)
            let milliseconds = (Deadline.now() - started) / 1_000_000

            #expect(late.status == 504)
            #expect(late.text == late.platformFailureBody("Sandbox.Timedout", "Task timed out after 1.00 seconds"))
            #expect(milliseconds >= 1_000)
            #expect(try host.gateway.post("/slow", #"{"ms":1}"#).text == #"{"ms":1}"#)
            #expect(try host.status(of: "slow").instances["idle"] == 1)
            let broken = try host.gateway.post("/streams", "chunks 20 pause 500")
            #expect(broken.status == 201)
            #expect(!broken.isComplete)
            #expect(try host.gateway.post("/streams", "chunks 1 size 1").text == "a")
        }
    }

    @Test(arguments: Isolation.allCases)
    func tellsAFunctionThatItsClientHasLeft(isolation: Isolation) throws {
        try withHost(Self.function("streams", isolation, "timeout: 20")) { host in
            let call = try host.gateway.start("POST", "/streams", body: "chunks 400 size 300000 pause 2")
            _ = try call.receiveHead()
            call.close()

            try waitUntil("the function to be told") {
                try host.logLines(of: "streams").contains { $0.level == "WARN" && $0.message.hasSuffix(": -11") }
            }
            try waitUntil("the instance to be free") { try host.status(of: "streams").instances["idle"] == 1 }
        }
    }

    /// Not in `inprocess`, where a crash ends the host.
    @Test(arguments: Isolation.allCases.filter { $0 != .inprocess })
    func survivesCrashes(isolation: Isolation) throws {
        try withHost(Self.function("invoke_crashes", isolation), Self.function("invoke_exits", isolation)) { host in
            let crash = try host.gateway.post("/invoke_crashes", "crash")
            let exit = try host.gateway.post("/invoke_exits", "exit")

            #expect(crash.status == 502)
            #expect(crash.text.contains("signal: segmentation fault (phase invoke)"))
            #expect(exit.status == 502)
        }
    }

    @Test(arguments: Isolation.allCases)
    func losesNoRequestInReloadsUnderLoad(isolation: Isolation) throws {
        let setup = HostSetup([Self.function("generation", isolation, "timeout: 30")], hasNeighbour: false)
        try withHost(setup) { host in
            let generations = try Generations(host.folder)
            let probe = GenerationProbe(port: host.gateway.port, requestsPerSecond: 300, connections: 4)
            for number in 1...20 {
                try generations.put(number)
                try generations.waitFor(number, at: host.gateway)
            }
            let report = try probe.stop()

            #expect(report.failures == [])
            #expect(report.outdated == [])
            #expect(report.requests > 50)
        }
    }

    @Test(arguments: Isolation.allCases)
    func keepsTheOldVersionWhenTheNewOneDoesNotStart(isolation: Isolation) throws {
        let setup = HostSetup([Self.function("generation", isolation, "timeout: 30")])
        try withHost(setup) { host in
            let generations = try Generations(host.folder)
            try generations.put(5)
            try generations.waitFor(5, at: host.gateway)
            // Dies in init, refuses in init.
            for (number, bad) in [888_000, 889_000].enumerated() {
                try generations.put(bad)
                try waitUntil("the refusal of \(bad)") { Self.refusals(host).count == number + 1 }
                #expect(Generations.number(try host.gateway.get("/generation")) == 5)
            }
            #expect(Self.refusals(host).allSatisfy { $0.contains("phase=init") })
            try generations.put(6)
            try generations.waitFor(6, at: host.gateway)
        }
    }

    private static func refusals(_ host: RunningHost) -> [Substring] {
        host.folder.log.split(separator: "\n").filter { $0.contains("not taken over") }
    }

    @Test(arguments: Isolation.allCases)
    func shutsInstancesOfAReplacedVersionDown(isolation: Isolation) throws {
        let setup = HostSetup([Self.function("shutdown_writes_file", isolation, "timeout: 30")])
        try withHost(setup) { host in
            let file = "\(host.folder.path)/shut-down"
            #expect(try host.gateway.post("/shutdown_writes_file", "file:\(file)").status == 200)
            try FileManager.default.removeItem(atPath: "\(host.folder.functions)/shutdown_writes_file.so")

            try waitUntil("the instance to shut down") { FileManager.default.fileExists(atPath: file) }
        }
    }
}

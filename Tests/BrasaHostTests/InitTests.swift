import BlockingTests
import BrasaTesting
import Testing

/// What goes wrong before a function has seen its first event.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct InitTests {
    /// One way to fail.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let fixture: String
        let errorType: String
        let message: String
        /// Whether the message begins with the identity of the request.
        var isOfPlatform = false

        init(_ fixture: String, _ errorType: String, _ message: String) {
            self.fixture = fixture
            self.errorType = errorType
            self.message = message
        }

        /// The process ended.
        init(_ fixture: String, ended message: String) {
            self.init(fixture, "Runtime.ExitError", "Runtime exited with error: \(message)")
            self.isOfPlatform = true
        }

        var testDescription: String { self.fixture }

        func body(of reply: HTTPReply) -> String {
            self.isOfPlatform
                ? reply.platformFailureBody(self.errorType, self.message)
                : reply.failureBody(self.errorType, self.message)
        }
    }

    /// Short where the test waits for its end; else nothing may end before its time on a machine that is busy.
    private static func settings(of refusal: Refusal, _ more: String = "") -> String {
        let limit = refusal.errorType == "Sandbox.Timedout" ? "2s" : "30s"
        return "timeout: \(limit)\nbrasa: { spare: 0, initTimeout: \(limit)\(more) }"
    }

    @Test(arguments: [
        Refusal("crash_in_constructor", ended: "signal: segmentation fault (phase load)"),
        Refusal("crash_in_entry", ended: "signal: segmentation fault (phase load)"),
        Refusal(
            "init_fails", "Function.InitError",
            "init of module init_fails returned -1 (BRASA_FUNCTION_ERROR): cannot open users.db: No such file "
                + "(phase init)"),
        Refusal(
            "init_fails_silently", "Function.InitError",
            "init of module init_fails_silently returned -12 (BRASA_INTERNAL) (phase init)"),
        Refusal("init_crashes", ended: "signal: segmentation fault (phase init)"),
        Refusal("init_aborts", ended: "signal: aborted (phase init)"),
        Refusal("init_exits", ended: "exit status 7 (phase init)"),
        Refusal(
            "freeze_fails", "Function.FreezeError",
            "freeze of module freeze_fails returned -5 (BRASA_CONFLICT) (phase freeze)"),
        Refusal("freeze_crashes", ended: "signal: segmentation fault (phase freeze)"),
        Refusal(
            "constructor_hangs", "Sandbox.Timedout", "The function did not finish within 2000 ms (phase load)"),
        Refusal("init_hangs", "Sandbox.Timedout", "The function did not finish within 2000 ms (phase init)"),
    ])
    func saysWhatKeepsAVersionFromStarting(refusal: Refusal) throws {
        try withHost(TestFunction(fixture: refusal.fixture, settings: Self.settings(of: refusal))) { host in
            let reply = try host.gateway.get("/\(refusal.fixture)")

            #expect(reply.status == (refusal.errorType == "Sandbox.Timedout" ? 504 : 502))
            #expect(reply.text == refusal.body(of: reply))
            try host.waitUntilNoProcess(of: refusal.fixture)
            // Whether it starts is tried again with each call.
            let again = try host.gateway.get("/\(refusal.fixture)")
            #expect(again.text == refusal.body(of: again))
        }
    }

    @Test(arguments: [
        Refusal(
            "thaw_fails", "Function.ThawError", "thaw of module thaw_fails returned -6 (BRASA_DENIED) (phase thaw)"),
        Refusal("thaw_crashes", ended: "signal: segmentation fault (phase thaw)"),
        Refusal("thaw_exits", ended: "exit status 9 (phase thaw)"),
        Refusal("thaw_hangs", "Sandbox.Timedout", "The function did not finish within 2000 ms (phase thaw)"),
    ])
    func saysWhatKeepsAnInstanceFromStarting(refusal: Refusal) throws {
        try withHost(TestFunction(fixture: refusal.fixture, settings: Self.settings(of: refusal))) { host in
            let reply = try host.gateway.get("/\(refusal.fixture)")

            #expect(reply.status == (refusal.errorType == "Sandbox.Timedout" ? 504 : 502))
            #expect(reply.text == refusal.body(of: reply))
            try host.waitUntilOnlyZygote(of: refusal.fixture)
        }
    }

    @Test func tellsCallersOfTheLambdaAPI() throws {
        try withHost(TestFunction(fixture: "init_fails"), TestFunction(fixture: "init_crashes")) { host in
            let failed = try host.invoke("init_fails")
            let crashed = try host.invoke("init_crashes")

            #expect(failed.status == 200)
            #expect(failed.functionError == "Unhandled")
            #expect(
                failed.payload
                    == #"{"errorMessage":"init of module init_fails returned -1 (BRASA_FUNCTION_ERROR): cannot open users.db: "#
                    + #"No such file (phase init)","errorType":"Function.InitError","requestId":"","stackTrace":[]}"#)
            let message =
                "RequestId: \(crashed.requestID) Error: Runtime exited with error: signal: segmentation fault (phase init)"
            #expect(crashed.functionError == "Unhandled")
            #expect(crashed.payload == #"{"errorType":"Runtime.ExitError","errorMessage":"\#(message)"}"#)
        }
    }

    // MARK: - Time

    @Test func givesInitATimeLimitOfItsOwn() throws {
        // Longer than an invocation may take.
        let slow = TestFunction(
            fixture: "slow_init",
            settings: "timeout: 2s\nenvironment: { INIT_MS: 2200 }\nbrasa: { initTimeout: 20s }")
        try withHost(slow) { host in
            let reply = try host.gateway.get("/slow_init")

            #expect(reply.text == "ok")
        }
    }

    @Test func runsInitInsideTheFirstInvocationWhenItWasCutOff() throws {
        let slow = TestFunction(
            fixture: "slow_init",
            settings: "timeout: 30s\nenvironment: { INIT_MS: 2000 }\nbrasa: { initTimeout: 1s }")
        try withHost(slow) { host in
            let reply = try host.invoke("slow_init")

            #expect(reply.payload == #""ok""#)
            // The second try's time is the invocation's cold start.
            let start = try #require(reply.report("Init Duration")?.split(separator: " ").first.flatMap { Double($0) })
            #expect(start >= 2_000)
            let reports = try host.logLines(of: "slow_init").filter { $0.message.hasPrefix("INIT_REPORT") }
            let report = try #require(reports.first)
            #expect(reports.count == 1)
            #expect(report.message.contains("\tPhase: init\tStatus: timeout"))
        }
    }

    @Test func limitsTheSecondTryByTheTimeoutOfTheFunction() throws {
        let hangs = TestFunction(
            fixture: "init_hangs", settings: "timeout: 3s\nbrasa: { initTimeout: 2s }")
        try withHost(hangs) { host in
            let first = try host.status(of: "init_hangs").failure
            let reply = try host.gateway.get("/init_hangs")

            #expect(first == "The function did not finish within 2000 ms (phase init)")
            #expect(reply.status == 504)
            #expect(
                reply.text
                    == reply.failureBody("Sandbox.Timedout", "The function did not finish within 3000 ms (phase init)"))
            let reports = try host.logLines(of: "init_hangs").map(\.message).filter { $0.hasPrefix("INIT_REPORT") }
            #expect(reports.map { $0.contains("\tPhase: init\t") } == [true, false])
            #expect(reports.map { $0.contains("\tPhase: invoke\t") } == [false, true])
        }
    }

    @Test func makesAllWhoWaitForTheSameStartHearOfItsFailure() throws {
        let hangs = TestFunction(fixture: "init_hangs", settings: "timeout: 2s\nbrasa: { initTimeout: 2s }")
        try withHost(hangs) { host in
            let calls = try (0..<5).map { _ in try host.gateway.start("GET", "/init_hangs") }

            for call in calls {
                let reply = try call.receive()
                #expect(
                    reply.text
                        == reply.failureBody(
                            "Sandbox.Timedout", "The function did not finish within 2000 ms (phase init)"))
            }
            try host.waitUntilNoProcess(of: "init_hangs")
        }
    }

    // MARK: - What cannot be forked

    @Test(arguments: [
        (
            "init_starts_thread",
            "init left 1 thread running; start threads in thaw, or each instance needs a fresh process"
        ),
        (
            "init_opens_socket",
            "init left a socket open (descriptor 5); open it in thaw, or each instance needs a fresh process"
        ),
        (
            "no_fork", "The module asks for a fresh process for each instance (BRASA_MODULE_NO_FORK)"
        ),
    ])
    func givesEachInstanceAFreshProcessWhereForkingIsNotSafe(fixture: String, note: String) throws {
        try withHost(TestFunction(fixture: fixture, settings: "brasa: { spare: 0 }")) { host in
            #expect(try host.gateway.get("/\(fixture)").status == 200)

            let status = try host.status(of: fixture)
            #expect(status.isolation == "exec")
            #expect(status.note == note)
            let line = try #require(try host.logLines(of: fixture).first { $0.level == "WARN" })
            #expect(line.source == "platform")
            #expect(line.message == "\(note): each instance is a fresh process (isolation exec).")
        }
    }

    @Test func namesEverythingThatInitLeftOpen() throws {
        try withHost(TestFunction(fixture: "init_opens_many")) { host in
            #expect(try host.gateway.get("/init_opens_many").status == 200)

            let note = try #require(try host.status(of: "init_opens_many").note)
            #expect(note.hasPrefix("init left open a pipe (descriptor "))
            for kind in [
                "an eventfd", "an epoll instance", "an inotify instance", "a timerfd", "a memfd", "a file for writing",
            ] {
                #expect(note.contains(kind), "\(kind) in \(note)")
            }
        }
    }

    @Test(arguments: ["init_joins_thread", "init_opens_file", "init_maps_shared"])
    func forksWhatIsSafe(fixture: String) throws {
        try withHost(TestFunction(fixture: fixture)) { host in
            #expect(try host.gateway.get("/\(fixture)").text == "ok")

            let status = try host.status(of: fixture)
            #expect(status.isolation == "process")
            #expect(status.note == nil)
        }
    }

    @Test func refusesToForkOnDemandWhatIsNotSafe() throws {
        let function = TestFunction(fixture: "init_starts_thread", settings: "brasa: { isolation: process }")
        try withHost(function) { host in
            let reply = try host.gateway.get("/init_starts_thread")

            #expect(reply.status == 502)
            #expect(
                reply.text
                    == reply.failureBody(
                        "Function.CannotFork",
                        "init left 1 thread running; start threads in thaw, or each instance needs a fresh process; "
                            + "isolation process was demanded, allowed for such a module is isolation exec (phase freeze)"
                    ))
            try host.waitUntilNoProcess(of: "init_starts_thread")
        }
    }

    @Test(arguments: [
        Refusal("init_crashes", ended: "signal: segmentation fault (phase init)"),
        Refusal(
            "init_fails", "Function.InitError",
            "init of module init_fails returned -1 (BRASA_FUNCTION_ERROR): cannot open users.db: No such file "
                + "(phase init)"),
        Refusal("crash_in_constructor", ended: "signal: segmentation fault (phase load)"),
        Refusal("init_hangs", "Sandbox.Timedout", "The function did not finish within 2000 ms (phase init)"),
        Refusal("thaw_crashes", ended: "signal: segmentation fault (phase thaw)"),
    ])
    func namesThePhaseInAFreshProcessToo(refusal: Refusal) throws {
        let settings = Self.settings(of: refusal, ", isolation: exec")
        try withHost(TestFunction(fixture: refusal.fixture, settings: settings)) { host in
            let reply = try host.gateway.get("/\(refusal.fixture)")

            #expect(reply.text == refusal.body(of: reply))
            try host.waitUntilOnlyZygote(of: refusal.fixture)
        }
    }
}

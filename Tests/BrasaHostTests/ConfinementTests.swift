import BlockingTests
import BrasaTesting
import Foundation
import Glibc
import Testing

/// What a function's process can see and do, and what becomes of it and of all it has started.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct ConfinementTests {
    // MARK: - What a function sees

    @Test func scrubsTheEnvironment() throws {
        let setup = HostSetup(
            [TestFunction(fixture: "environment", settings: "memorySize: 96\nenvironment: { GREETING: hello }")],
            environment: ["BRASA_TEST_SECRET": "of the host", "LD_BIND_NOW": "1", "AWS_SECRET_ACCESS_KEY": "no"])
        try withHost(setup) { host in
            var variables = try host.gateway.get("/environment").json([String: String].self)

            let temporary = variables.removeValue(forKey: "TMPDIR") ?? ""
            #expect(temporary.hasPrefix(host.folder.state + "/scratch/environment-"))
            #expect(
                variables == [
                    "AWS_ACCOUNT_ID": "000000000000", "AWS_DEFAULT_REGION": "us-east-1", "AWS_EXECUTION_ENV": "Brasa",
                    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "96", "AWS_LAMBDA_FUNCTION_NAME": "environment",
                    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
                    "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/environment", "AWS_REGION": "us-east-1",
                    "GREETING": "hello", "HOME": "/tmp", "LANG": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin",
                    "TZ": ":UTC", "_HANDLER": "environment",
                ])
        }
    }

    @Test(arguments: ["process", "exec"])
    func closesEveryDescriptorOfTheHost(isolation: String) throws {
        try withHost(TestFunction(fixture: "descriptors", settings: "brasa: { isolation: \(isolation) }")) { host in
            let descriptors = try host.gateway.get("/descriptors").json([String: String].self)

            #expect(descriptors["0"] == "/dev/null")
            #expect(descriptors["1"]?.hasPrefix("pipe:") == true)
            #expect(descriptors["2"] == descriptors["1"])
            // What tells the host that something is there.
            #expect(descriptors["4"] == "anon_inode:[eventfd]")
            let others = descriptors.filter { !["0", "1", "2", "4"].contains($0.key) }.map(\.value)
            #expect(others.allSatisfy { $0.hasPrefix("/proc/") && $0.hasSuffix("/clear_refs") }, "\(others)")
        }
    }

    @Test func takesPrivilegesAndResourcesAway() throws {
        struct Confinement: Decodable {
            let pid: Int32
            let parent: Int32
            let session: Int32
            let directory: String
            let noNewPrivileges: Int
            let core: Int
            let files: Int
            let stack: Int
            let writesHere: Bool
            let umask: UInt32
        }
        try withHost(TestFunction(fixture: "confinement", settings: "brasa: { spare: 0 }")) { host in
            let confinement = try host.gateway.get("/confinement").json(Confinement.self)

            #expect(confinement.noNewPrivileges == 1)
            #expect(confinement.core == 0)
            #expect(confinement.files == 1_024)
            #expect(confinement.stack == 8 << 20)
            #expect(confinement.umask == 0o077)
            #expect(confinement.session == confinement.pid)
            #expect(confinement.writesHere)
            #expect(confinement.directory.hasPrefix(host.folder.state + "/scratch/confinement-"))
            let instance = try #require(host.instances(of: "confinement").first)
            #expect(instance.pid == confinement.pid)
            let score = try String(contentsOfFile: "/proc/\(instance.pid)/oom_score_adj", encoding: .utf8)
            #expect(score == "500\n")
        }
    }

    // MARK: - Scratch folders

    private struct Written: Decodable, Sendable {
        let directory: String
        let temporary: String
    }

    private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    private static func waitUntilGone(_ path: String) throws {
        try waitUntil("\(path) to go") { !Self.exists(path) }
    }

    @Test func givesEachInstanceAScratchFolderAndRemovesIt() throws {
        let settings = "brasa: { spare: 0, retireAfter: { invocations: 1 } }"
        try withHost(TestFunction(fixture: "writes_file", settings: settings)) { host in
            let written = try (0..<2).map { _ in try host.gateway.get("/writes_file").json(Written.self) }

            #expect(written[0].directory != written[1].directory)
            #expect(written[0].temporary == written[0].directory)
            for folder in written { try Self.waitUntilGone(folder.directory) }
        }
    }

    @Test func removesTheScratchFolderOfACrashedInstance() throws {
        let settings = "timeout: 20\nbrasa: { spare: 0 }"
        try withHost(TestFunction(fixture: "writes_file", settings: settings)) { host in
            let written = try host.gateway.get("/writes_file").json(Written.self)
            let instance = try #require(host.instances(of: "writes_file").first)
            #expect(Self.exists(written.directory + "/folder/left"))

            kill(instance.pid, SIGKILL)

            try Self.waitUntilGone(written.directory)
        }
    }

    @Test func removesScratchFoldersThatAKilledHostHasLeft() throws {
        let setup = HostSetup([TestFunction(fixture: "writes_file")], hasNeighbour: false)
        try withHost(setup) { host in
            let written = try host.gateway.get("/writes_file").json(Written.self)
            host.kill()
            try host.start()

            #expect(!Self.exists(written.directory))
            #expect(try host.gateway.get("/writes_file").status == 200)
        }
    }

    // MARK: - Death with the host

    @Test(arguments: MemoryBackend.available, ["loop", "sleep", "deaf"])
    func endsRunningFunctionsWithAHostThatIsKilled(backend: MemoryBackend, event: String) throws {
        let setup = HostSetup(
            [TestFunction(fixture: "invoke_hangs", settings: "timeout: 600"), TestFunction(fixture: "invoke_forks")],
            hostSettings: backend.hostSettings, hasNeighbour: false)
        try withHost(setup) { host in
            let call = try host.gateway.start("POST", "/invoke_hangs", body: event)
            #expect(try host.gateway.post("/invoke_forks", "").status == 200)
            try waitUntil("the instances") {
                !host.instances(of: "invoke_hangs").isEmpty
                    && host.processes(of: "invoke_forks").contains { $0.role == .other }
            }
            // withHost kills the host, and finds what is left.
            host.kill()

            #expect(throws: HarnessError.self) { try call.receive() }
        }
    }

    @Test(arguments: MemoryBackend.available)
    func endsAnInitThatHangsWithAHostThatIsKilled(backend: MemoryBackend) throws {
        let hangs = TestFunction(
            fixture: "init_forks",
            settings: "timeout: 600\nenvironment: { INIT_THEN: hang }\nbrasa: { initTimeout: 100ms }")
        try withHost(HostSetup([hangs], hostSettings: backend.hostSettings, hasNeighbour: false)) { host in
            let call = try host.gateway.start("GET", "/init_forks")
            try waitUntil("the process that init starts, there are \(host.processes(of: "init_forks"))") {
                host.processes(of: "init_forks").count == 3
            }

            host.kill()

            #expect(throws: HarnessError.self) { try call.receive() }
        }
    }

    @Test(arguments: MemoryBackend.available, ["hang", "crash"])
    func endsWhatAFailedInitHasStarted(backend: MemoryBackend, then: String) throws {
        let limit = then == "hang" ? "2s" : "30s"
        let forks = TestFunction(
            fixture: "init_forks",
            settings: "timeout: \(limit)\nenvironment: { INIT_THEN: \(then) }\nbrasa: { initTimeout: \(limit) }")
        try withHost(HostSetup([forks], hostSettings: backend.hostSettings)) { host in
            let reply = try host.gateway.get("/init_forks")

            let expected =
                then == "hang"
                ? reply.failureBody("Sandbox.Timedout", "The function did not finish within 2000 ms (phase init)")
                : reply.platformFailureBody(
                    "Runtime.ExitError", "Runtime exited with error: signal: segmentation fault (phase init)")
            #expect(reply.text == expected)
            try host.waitUntilNoProcess(of: "init_forks")
        }
    }

    @Test(arguments: MemoryBackend.available, ["parent", "grandparent"])
    func survivesAFunctionThatKillsTheProcessesAroundIt(backend: MemoryBackend, event: String) throws {
        let setup = HostSetup([TestFunction(fixture: "invoke_kills")], hostSettings: backend.hostSettings)
        try withHost(setup) { host in
            #expect(try host.gateway.get("/invoke_kills").text == "ok")
            let before = host.processes(of: "invoke_kills")

            let reply = try host.gateway.post("/invoke_kills", event)

            #expect(reply.status == 502)
            #expect(
                reply.text
                    == reply.platformFailureBody(
                        "Runtime.ExitError", "Runtime exited with error: signal: killed (phase invoke)"))
            try waitUntil("the processes of before to end, there are \(host.processes(of: "invoke_kills"))") {
                Set(host.processes(of: "invoke_kills").map(\.pid)).isDisjoint(with: before.map(\.pid))
            }
            #expect(try host.gateway.get("/invoke_kills").text == "ok")
        }
    }

    @Test(arguments: MemoryBackend.available)
    func stopsWithoutLosingWhatRuns(backend: MemoryBackend) throws {
        let setup = HostSetup(
            [TestFunction(fixture: "slow"), TestFunction(fixture: "invoke_forks")], hostSettings: backend.hostSettings,
            hasNeighbour: false)
        try withHost(setup) { host in
            #expect(try host.gateway.post("/invoke_forks", "").status == 200)
            let (gate, gateway) = (host.gate(), host.gateway)
            let calls = try (0..<3).map { _ in try gateway.start("POST", "/slow", body: gate.event) }
            try waitUntil("the functions to run") { try host.status(of: "slow").instances["busy"] == 3 }
            // They end once the host takes nobody new any more.
            BlockingThread.start {
                try? waitUntil("the port to close") { (try? gateway.connect()) == nil }
                try? gate.open()
            }

            try host.stop()

            for call in calls { #expect(try call.receive().text == #"{"ms":100}"#) }
            try waitUntil("all processes to end, there are \(host.processes())") { host.processes().isEmpty }
        }
    }
}

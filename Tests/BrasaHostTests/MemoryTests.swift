import BlockingTests
import BrasaTesting
import Testing

/// A function that takes more than its `memorySize`, under each way to hold it to that which works on this machine.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct MemoryTests {
    private static let limit = "Runtime exited with error: signal: killed: the memory limit of 64 MB was exceeded"

    private static func setup(_ backend: MemoryBackend, _ fixture: String = "invoke_allocates") -> HostSetup {
        HostSetup(
            [TestFunction(fixture: fixture, settings: "memorySize: 64\nbrasa: { spare: 0 }")],
            hostSettings: backend.hostSettings)
    }

    @Test(arguments: MemoryBackend.available)
    func namesTheBackendInForce(backend: MemoryBackend) throws {
        try withHost(Self.setup(backend)) { host in
            let health = try host.control.get("/health")

            #expect(host.memoryCap == backend.rawValue)
            #expect(
                health.text == #"{"status":"ok","memory_cap":"\#(backend.rawValue)"}"# + "\n")
        }
    }

    @Test(arguments: MemoryBackend.allCases.filter { $0.refusal != nil })
    func refusesABackendThatDoesNotWorkHere(backend: MemoryBackend) throws {
        let refusal = try #require(backend.refusal)

        #expect(refusal.contains("limits.memoryBackend is \(backend.rawValue), which does not work here. "))
    }

    @Test(arguments: MemoryBackend.available)
    func endsTheInvocationThatGoesOverTheLimit(backend: MemoryBackend) throws {
        try withHost(Self.setup(backend)) { host in
            let reply = try host.gateway.post("/invoke_allocates", "mb 300 unchecked")

            #expect(reply.status == 502)
            #expect(reply.text == reply.platformFailureBody("Runtime.OutOfMemory", "\(Self.limit) (phase invoke)"))
            try host.waitUntilOnlyZygote(of: "invoke_allocates")
            #expect(try host.gateway.post("/invoke_allocates", "mb 4").text == #"{"mb":4}"#)
        }
    }

    @Test(arguments: MemoryBackend.available)
    func countsSharedMemoryToo(backend: MemoryBackend) throws {
        try withHost(Self.setup(backend)) { host in
            // RLIMIT_DATA does not see it; the host looks for itself, so the function has to live until then.
            let reply = try host.gateway.post("/invoke_allocates", "mb 120 shared pause 60000")

            #expect(reply.status == 502)
            #expect(reply.text == reply.platformFailureBody("Runtime.OutOfMemory", "\(Self.limit) (phase invoke)"))
            try host.waitUntilOnlyZygote(of: "invoke_allocates")
        }
    }

    @Test(.enabled(if: MemoryBackend.rlimit.refusal == nil))
    func refusesAllocationsUnderRlimitSoThatTheFunctionCanAnswer() throws {
        try withHost(Self.setup(.rlimit)) { host in
            let reply = try host.gateway.post("/invoke_allocates", "mb 300")

            #expect(reply.status == 502)
            #expect(reply.text == reply.failureBody("NoMemory", "malloc gave NULL"))
        }
    }

    @Test(arguments: MemoryBackend.available)
    func leavesOtherInstancesOfTheFunctionAlone(backend: MemoryBackend) throws {
        try withHost(Self.setup(backend)) { host in
            let others = try (0..<3).map { _ in
                try host.gateway.start("POST", "/invoke_allocates", body: "mb 20 pause 500")
            }
            #expect(try host.gateway.post("/invoke_allocates", "mb 300 unchecked").status == 502)

            for other in others { #expect(try other.receive().text == #"{"mb":20}"#) }
        }
    }

    @Test(arguments: MemoryBackend.available)
    func reportsThePeakOfEachInvocation(backend: MemoryBackend) throws {
        try withHost(Self.setup(backend)) { host in
            let small = try #require(try host.invoke("invoke_allocates", #""mb 1""#).peakMegabytes)
            let large = try #require(try host.invoke("invoke_allocates", #""mb 40""#).peakMegabytes)
            let after = try #require(try host.invoke("invoke_allocates", #""mb 1""#).peakMegabytes)

            #expect((40...56).contains(large))
            #expect((1...16).contains(small))
            // The large one's memory was given back, and does not count for who comes after.
            #expect((1...16).contains(after))
            #expect(host.instances(of: "invoke_allocates").count == 1)
        }
    }

    @Test(arguments: MemoryBackend.available)
    func tellsThePeakOfWhatWasKilledToo(backend: MemoryBackend) throws {
        try withHost(Self.setup(backend)) { host in
            let reply = try host.invoke("invoke_allocates", #""mb 300 unchecked""#)

            let message = "RequestId: \(reply.requestID) Error: \(Self.limit) (phase invoke)"
            #expect(reply.functionError == "Unhandled")
            #expect(reply.payload == #"{"errorType":"Runtime.OutOfMemory","errorMessage":"\#(message)"}"#)
            #expect(reply.report("Error Type") == "Runtime.OutOfMemory")
            #expect(reply.report("Memory Size") == "64 MB")
            let peak = try #require(reply.peakMegabytes)
            #expect((50...66).contains(peak))
        }
    }

    @Test(arguments: MemoryBackend.available)
    func countsInitAgainstTheFunction(backend: MemoryBackend) throws {
        try withHost(Self.setup(backend, "init_allocates")) { host in
            let reply = try host.gateway.post("/init_allocates", "")

            #expect(reply.status == 502)
            if backend == .rlimit {
                let why = "init of module init_allocates returned -9 (BRASA_NO_MEMORY) (phase init)"
                #expect(reply.text == reply.failureBody("Function.InitError", why))
            } else {
                #expect(reply.text == reply.platformFailureBody("Runtime.OutOfMemory", "\(Self.limit) (phase init)"))
            }
            try host.waitUntilNoProcess(of: "init_allocates")
        }
    }
}

import BlockingTests
import BrasaTesting
import Foundation
import Testing

/// Functions that write at will where the host reads: they lose their instance, and the host and other functions nothing.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct ProtocolFuzzTests {
    private static let settings = "timeout: 300ms\nbrasa: { spare: 0, idleTimeout: 100ms"

    @Test(arguments: [0, 1, 2, 3])
    func survivesWhatAnInstanceWritesIntoSharedMemory(part: Int) throws {
        try withHost(TestFunction(fixture: "fuzzes_channel", settings: Self.settings + " }")) { host in
            var answers: [Int: Int] = [:]
            for seed in (part * 60)..<((part + 1) * 60) {
                let reply = try host.gateway.post("/fuzzes_channel", "seed \(seed)")
                answers[reply.status, default: 0] += 1
            }

            // Some of it is no more than a strange answer, some is not the protocol.
            #expect(answers.count > 1)
            #expect(answers[502, default: 0] > 0)
            // An instance whose answer looked right, and that is spoilt nevertheless, shows it with its next one.
            try waitUntil("a whole instance") { try host.gateway.post("/fuzzes_channel", "").text == "ok" }
            try host.waitUntilOnlyZygote(of: "fuzzes_channel")
        }
    }

    @Test func survivesWhatALibrarySendsOverTheControlSocket() throws {
        let functions = (0..<24).map { seed in
            TestFunction(
                fixture: "fuzzes_control", name: "seed\(seed)",
                settings: "environment: { SEED: '\(seed)' }\n" + Self.settings + ", initTimeout: 300ms }")
        }
        try withHost(HostSetup(functions)) { host in
            for function in functions {
                let reply = try host.gateway.get("/\(function.name)")
                #expect([200, 502, 504].contains(reply.status), "\(function.name): \(reply.status) \(reply.text)")
            }
            #expect(!host.current.hasEnded)
        }
    }

    @Test func keepsNoDescriptorsThatALibrarySends() throws {
        let flood = TestFunction(fixture: "fuzzes_control", name: "flood", settings: "environment: { SEED: flood }")
        try withHost(flood) { host in
            #expect(try host.gateway.get("/flood").text == "ok")

            let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(host.pid)/fd").count
            #expect(open < 300)
        }
    }
}

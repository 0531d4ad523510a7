import BlockingTests
import BrasaTesting
import Foundation
import Testing

/// Libraries that cannot take over: what ran before goes on, and the log says why in one line.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct BadCandidateTests {
    private func withGenerations(
        hasNeighbour: Bool = true, _ body: (RunningHost, Generations) throws -> Void
    ) throws {
        let function = TestFunction(fixture: "generation", settings: "timeout: 30s\nbrasa: { initTimeout: 30s }")
        try withHost(HostSetup([function], hasNeighbour: hasNeighbour)) { host in
            try body(host, try Generations(host.folder))
        }
    }

    private func refusals(_ host: RunningHost) -> [Substring] {
        host.folder.log.split(separator: "\n").filter { $0.contains("not taken over") }
    }

    @Test(arguments: [
        ("not a library", "verify", "is not an ELF file"),
        ("cut off", "verify", "is truncated"),
        ("888000", "init", "signal: aborted"),
        ("889000", "init", "this generation does not start"),
        ("777000", "thaw", "signal: aborted"),
    ])
    func leaveTheOldVersionServing(what: String, phase: String, reason: String) throws {
        try self.withGenerations { host, generations in
            try generations.put(5)
            try generations.waitFor(5, at: host.gateway)
            let probe = GenerationProbe(port: host.gateway.port, requestsPerSecond: 300, connections: 3)
            switch what {
            case "not a library": try generations.put(Array("#!/bin/sh\n".utf8))
            case "cut off": try generations.put(Array(generations.library(6).prefix(9_000)))
            default: try generations.put(try #require(Int(what)))
            }
            try waitUntil("the refusal") { !self.refusals(host).isEmpty }
            #expect(Generations.number(try host.gateway.get("/generation")) == 5)
            let report = try probe.stop()

            #expect(report.failures == [])
            #expect(report.outdated == [])
            let line = try #require(self.refusals(host).first)
            #expect(line.contains("phase=\(phase)"), "\(line)")
            #expect(line.contains(reason), "\(line)")
            #expect(line.contains("function=generation"))
            try waitUntil("the candidate's processes to end") {
                host.processes(of: "generation").count { $0.role == .zygote } == 1
            }
            // It is not the last word.
            try generations.put(6)
            try generations.waitFor(6, at: host.gateway)
            #expect(self.refusals(host).count == 1)
        }
    }

    @Test func comeBackOutWhenTheyCrashInTheirFirstCalls() throws {
        // The host is started again at the end.
        try self.withGenerations(hasNeighbour: false) { host, generations in
            try generations.put(5)
            try generations.waitFor(5, at: host.gateway)
            try generations.put(666_000)
            var crashes = 0
            try waitUntil("the way back") {
                let reply = try host.gateway.get("/generation")
                if reply.status == 502 { crashes += 1 }
                return host.folder.log.contains("rolled back")
            }
            try generations.waitFor(5, at: host.gateway)
            #expect(crashes >= 3)
            let line = try #require(host.folder.log.split(separator: "\n").first { $0.contains("rolled back") })
            #expect(line.contains("phase=invoke"), "\(line)")
            #expect(line.contains("signal: aborted"), "\(line)")
            #expect(try host.status(of: "generation").updateStatus == "Failed")

            // Also after a restart: the library in the folder is still the bad one.
            try host.stop()
            try host.start()
            #expect(Generations.number(try host.gateway.get("/generation")) == 5)
            try generations.put(7)
            try generations.waitFor(7, at: host.gateway)
        }
    }

    @Test func keepErrorsOfTheFunctionApartFromCrashes() throws {
        let fails = TestFunction(fixture: "generation", name: "fails")
        try withHost(HostSetup([fails])) { host in
            let next = try FixtureLibrary.build("fails")
            try host.folder.put(next, as: "fails")
            try waitUntil("the new code") { try host.gateway.post("/fails", "").status == 502 }
            for _ in 0..<10 { #expect(try host.gateway.post("/fails", "").status == 502) }

            #expect(!host.folder.log.contains("rolled back"))
        }
    }
}

import BlockingTests
import BrasaTesting
import Foundation
import Testing

/// `brasa bench` against a real host.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct BenchTests {
    private static let quick = TestFunction(fixture: "echo", name: "quick")

    private func bench(_ host: RunningHost, _ arguments: String...) throws -> ProgramRun {
        try ProgramRun(
            path: BuiltProgram.path("brasa"),
            arguments: ["bench"] + arguments + ["--control-port", "\(host.control.port)"])
    }

    private func json(_ run: ProgramRun) throws -> [String: Any] {
        let line = try #require(run.output.split(separator: "\n").last { $0.hasPrefix("{") }, "\(run.output)")
        return try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    @Test(arguments: [["--mode", "warm"], ["--mode", "http", "--connections", "2"], ["--rate", "200"]])
    func measuresAFunction(how: [String]) throws {
        try withHost(HostSetup([Self.quick], hasNeighbour: false)) { host in
            let run = try ProgramRun(
                path: BuiltProgram.path("brasa"),
                arguments: [
                    "bench", "quick", "--duration", "1", "--json", "--progress", "--control-port",
                    "\(host.control.port)",
                ]
                    + how)
            let figures = try self.json(run)

            #expect(run.exitStatus == 0)
            let invocations = try #require(figures["invocations"] as? Int)
            #expect(invocations > 0)
            #expect(figures["errors"] as? Int == 0)
            let latency = try #require(figures["latency_us"] as? [String: Double])
            #expect(Set(latency.keys).isSuperset(of: ["p50", "p90", "p99", "p999", "max"]))
            let ordered = ["p50", "p90", "p99", "p999", "max"].compactMap { latency[$0] }
            #expect(ordered == ordered.sorted() && ordered[0] > 0)
            #expect(try #require(figures["cpu_us_per_invocation"] as? Double) >= 0)
            #expect(try #require(figures["peak_memory_bytes"] as? Int) > 100_000)
            #expect(try #require(figures["duration_s"] as? Double) >= 1)
            #expect(try #require(figures["rate_per_s"] as? Double) > 0)
            #expect(figures["mode"] as? String == (how[0] == "--mode" ? how[1] : "warm"))
            #expect((figures["rounds"] as? [Any])?.count == 10)
            // Progress in lines, without a terminal's codes.
            #expect(run.output.contains(" of 1.1 s"))
            #expect(!run.output.contains("\u{1b}"))
        }
    }

    @Test(arguments: ["process", "exec"])
    func tellsWhereColdStartsSpendTheirTime(isolation: String) throws {
        let slow = TestFunction(fixture: "slow_init", name: "slow", settings: "brasa: { isolation: \(isolation) }")
        try withHost(HostSetup([slow], hasNeighbour: false)) { host in
            let before = try host.invocations(of: "slow")
            let run = try self.bench(host, "slow", "--mode", "cold", "--duration", "4", "--json")
            let figures = try self.json(run)

            #expect(run.exitStatus == 0, "\(run.output)")
            let invocations = try #require(figures["invocations"] as? Int)
            #expect(figures["cold_starts"] as? Int == invocations && invocations > 1)
            let cold = try #require(figures["cold_start"] as? [String: [String: Double]])
            let phases = ["fork_us", "set_up_us", "thaw_us", "first_call_us"]
            #expect(Set(cold.keys).isSuperset(of: phases))
            #expect((cold["init_us"] != nil) == (isolation == "exec"))
            let latency = try #require(figures["latency_us"] as? [String: Double])
            #expect(try #require(cold["fork_us"]?["p50"]) < #require(latency["p50"]))
            let start = try #require(figures["version_start"] as? [String: Any])
            #expect(start["count"] as? Int == 5)
            let initialization = try #require(start["init_us"] as? [String: Double])
            // With isolation exec each instance loads the library and runs init itself.
            let whole = isolation == "exec" ? cold["init_us"]?["p50"] : initialization["min"]
            #expect(try #require(whole) > 290_000, "\(start)")
            // Beside the version that serves, which hears nothing of it.
            #expect(try host.invocations(of: "slow") == before)
            try waitUntil("the candidates to end") { host.processes(of: "slow").count { $0.role == .zygote } == 1 }
        }
    }

    @Test func passesEventsFromAFolderInTurn() throws {
        let folder = try FixtureLibrary.makeFolder()
        for (name, event) in [("1", "loud"), ("2", "silent")] {
            try "\"\(event)\"".write(toFile: "\(folder)/\(name).json", atomically: false, encoding: .utf8)
        }
        let fails = TestFunction(fixture: "fails")
        try withHost(HostSetup([fails], hasNeighbour: false)) { host in
            let run = try self.bench(host, "fails", "--duration", "2", "--event", folder, "--json")

            let figures = try self.json(run)
            let errors = try #require(figures["errors_by_type"] as? [String: Int])
            let (loud, silent) = (try #require(errors["UserNotFound"]), try #require(errors["Function.Error"]))
            #expect(abs(loud - silent) <= 1)
        }
    }

    @Test func saysWhatWentWrongWhenEveryCallFails() throws {
        try withHost(HostSetup([TestFunction(fixture: "fails")], hasNeighbour: false)) { host in
            let run = try self.bench(host, "fails", "--duration", "2")

            #expect(run.exitStatus == 1)
            #expect(run.output.contains("errors: UserNotFound"))
            #expect(run.output.contains("error: Every call of fails failed."))
        }
    }

    @Test func refusesWhatTheHostDoesNotServe() throws {
        try withHost(HostSetup(hasNeighbour: false)) { host in
            let run = try self.bench(host, "nobody", "--duration", "0.5")

            #expect(run.exitStatus == 1)
            #expect(run.output.contains("Function not found"))
        }
    }

    @Test func endsWithItsClient() throws {
        try withHost(HostSetup([Self.quick], hasNeighbour: false)) { host in
            let order = """
                {"function":"quick","kind":"warm","events":[],"starts":1,"plan":{"connections":1,"pauseNanoseconds":0,"warmUpNanoseconds":0,\
                "durationNanoseconds":3000000000000,"rounds":1}}
                """
            let call = try host.control.start("POST", "/_brasa/bench", body: order)
            try waitUntil("the load to begin") { try host.invocations(of: "quick") > 0 }
            call.close()
            try waitUntil("the load to end") {
                let before = try host.invocations(of: "quick")
                return try host.invocations(of: "quick") == before
            }
        }
    }
}

extension RunningHost {
    /// Invocations of a function since the host started.
    func invocations(of function: String) throws -> Double {
        let line = try self.control.get("/metrics").text.split(separator: "\n")
            .first { $0.hasPrefix("brasa_invocations_total{") && $0.contains("function=\"\(function)\"") }
        return line?.split(separator: " ").last.flatMap { Double($0) } ?? 0
    }
}

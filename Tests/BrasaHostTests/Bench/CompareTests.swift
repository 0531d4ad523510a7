import BrasaTesting
import Foundation
import Testing

/// `brasa bench --compare` against a real host.
@Suite(.timeLimit(.minutes(5)))
struct CompareTests {
    /// Takes the milliseconds that its number says.
    private static func sleeping(_ milliseconds: Int) throws -> String {
        try FixtureLibrary.build(
            source: """
                #include "\(FixtureLibrary.sourcesPath)/fixture.h"
                static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
                    sleep_ms(\(milliseconds));
                    return reply_text(invocation, "{}");
                }
                FIXTURE("sleeping", invoke)
                """, name: "sleeping\(milliseconds)")
    }

    private func withSleeping(_ body: (RunningHost) throws -> Void) throws {
        let function = TestFunction(file: try Self.sleeping(2), name: "sleeping")
        try withHost(HostSetup([function], hasNeighbour: false), body)
    }

    private func bench(_ host: RunningHost, _ arguments: [String]) throws -> (run: ProgramRun, figures: [String: Any]) {
        let run = try ProgramRun(
            path: BuiltProgram.path("brasa"),
            arguments: ["bench", "sleeping", "--json", "--control-port", "\(host.control.port)"] + arguments)
        let line = run.output.split(separator: "\n").first { $0.hasPrefix("{") } ?? ""
        return (run, (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any] ?? [:])
    }

    private func ratio(_ metric: String, _ figures: [String: Any]) throws -> [String: Double] {
        let compare = try #require(figures["compare"] as? [String: Any], "\(figures)")
        let ratios = try #require(compare["ratios"] as? [String: [String: Double]])
        return try #require(ratios[metric])
    }

    @Test(arguments: ["warm", "cold"])
    func findsASlowerLibrary(mode: String) throws {
        try self.withSleeping { host in
            let (run, figures) = try self.bench(
                host,
                [
                    "--mode", mode, "--compare", try Self.sleeping(100), "--duration", "3", "--rounds", "6",
                    "--fail-if",
                    "p50>1.1x", "--fail-if", "p50>10s", "--fail-if", "errors>0",
                ])

            #expect(run.exitStatus == 1, "\(run.output)")
            let p50 = try self.ratio("p50", figures)
            // 100 ms and what is around it over 2 ms and what is around it.
            #expect(try #require(p50["ratio"]) > 1.1, "\(p50)")
            #expect(try #require(p50["low"]) <= #require(p50["ratio"]) && p50["ratio"] ?? 0 <= p50["high"] ?? 0)
            let limits = try #require(figures["limits"] as? [[String: Any]])
            #expect(limits.map { $0["exceeded"] as? Bool } == [true, false, false])
            #expect(run.output.contains("error: sleeping is over its limits: p50>1.1x ("), "\(run.output)")
            let compare = try #require(figures["compare"] as? [String: Any])
            #expect(compare["before"] as? String == "sleeping" && compare["after"] as? String == "sleeping100.so")
            let other = try #require(compare["figures"] as? [String: Any])
            #expect((other["rounds"] as? [Any])?.count == 6 && (figures["rounds"] as? [Any])?.count == 6)
            #expect(try #require(other["version_start"] as? [String: Any])["total_us"] != nil)
            // The version that serves was not called for it.
            #expect(try host.invocations(of: "sleeping") == 0)
            try waitUntil("the candidates to end") { host.processes(of: "sleeping").count { $0.role == .zygote } == 1 }
        }
    }

    @Test func comparesWithAnEarlierMeasurementAndDrawsBoth() throws {
        try self.withSleeping { host in
            let folder = try FixtureLibrary.makeFolder()
            let (first, before) = try self.bench(host, ["--duration", "2"])
            try first.output.write(toFile: "\(folder)/before.json", atomically: false, encoding: .utf8)
            let (run, figures) = try self.bench(
                host,
                [
                    "--duration", "2", "--compare", "\(folder)/before.json", "--html", "\(folder)/report.html",
                    "--fail-if", "p50>20x",
                ])

            #expect(run.exitStatus == 0, "\(run.output)")
            let latency = try #require(before["latency_us"] as? [String: Double])
            #expect(try #require(latency["p50"]) >= 2_000)
            #expect(try #require(try self.ratio("p50", figures)["ratio"]) > 0)
            let page = try String(contentsOfFile: "\(folder)/report.html", encoding: .utf8)
            #expect(page.contains("<svg") && page.contains("sleeping now") && page.contains("before.json"))
            #expect(page.components(separatedBy: "<polyline").count == 3)
            #expect(!page.contains("http://") && !page.contains("https://") && !page.contains("<script"))
        }
    }

    @Test func saysWhyALibraryCannotBeCompared() throws {
        try self.withSleeping { host in
            let crashes = try FixtureLibrary.build("init_crashes")
            let (run, _) = try self.bench(host, ["--compare", crashes, "--duration", "0.5"])
            let (http, _) = try self.bench(host, ["--compare", crashes, "--mode", "http"])

            #expect(run.exitStatus == 1)
            #expect(run.output.contains("The candidate does not start."), "\(run.output)")
            #expect(http.exitStatus == 64)
            #expect(http.output.contains("The gateway reaches no libraries"), "\(http.output)")
            #expect(try host.gateway.get("/sleeping").status == 200)
        }
    }
}

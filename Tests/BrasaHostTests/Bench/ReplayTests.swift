import BrasaTesting
import Foundation
import Testing

/// Recorded events, and `brasa replay` with them, against a real host.
@Suite(.timeLimit(.minutes(5)))
struct ReplayTests {
    /// Adds a number to the event's; what else its words ask for.
    private static func adder(_ number: Int) throws -> String {
        try FixtureLibrary.build(
            source: """
                #include "\(FixtureLibrary.sourcesPath)/fixture.h"
                static brasa_status invoke(UNUSED void *state, brasa_invocation *invocation) {
                    if (event_has(invocation, "crash") && \(number) != 1) abort();
                    long n = event_number(invocation, "n", 0);
                    if (event_has(invocation, "slow")) sleep_ms(\(number) == 1 ? 1 : 1000);
                    struct timespec now;
                    clock_gettime(CLOCK_MONOTONIC, &now);
                    if (event_has(invocation, "clock"))
                        return reply_text(invocation, "{\\"sum\\":%ld,\\"clock\\":%ld}", n + \(number), now.tv_nsec);
                    return reply_text(invocation, "{\\"sum\\":%ld,\\"old\\":true}", n + (n > 5 ? \(number) : 1));
                }
                FIXTURE("adder", invoke)
                """, name: "adder\(number)")
    }

    private func withAdder(record: Int = 10, _ body: (RunningHost) throws -> Void) throws {
        let function = TestFunction(
            file: try Self.adder(1), name: "adder", settings: "brasa: { record: \(record) }")
        try withHost(HostSetup([function], hasNeighbour: false), body)
    }

    private func replay(_ host: RunningHost, _ arguments: [String]) throws -> (run: ProgramRun, json: [String: Any]) {
        let run = try ProgramRun(
            path: BuiltProgram.path("brasa"),
            arguments: ["replay", "--json", "--control-port", "\(host.control.port)"] + arguments)
        let line = run.output.split(separator: "\n").first { $0.hasPrefix("{") } ?? ""
        return (run, (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any] ?? [:])
    }

    private func events(_ json: [String: Any]) throws -> [[String: Any]] {
        try #require(json["events"] as? [[String: Any]], "\(json)")
    }

    @Test func keepTheLastEventsWithTheirOutcomes() throws {
        try self.withAdder(record: 3) { host in
            for n in 1...5 { _ = try host.invoke("adder", "{\"n\":\(n)}") }
            let (run, json) = try self.replay(host, ["adder"])

            #expect(run.exitStatus == 0, "\(run.output)")
            let events = try self.events(json)
            func text(_ value: Any?) -> String {
                (value as? String).flatMap { Data(base64Encoded: $0) }.map { String(decoding: $0, as: UTF8.self) } ?? ""
            }
            #expect(events.map { text($0["payload"]) } == ["{\"n\":3}", "{\"n\":4}", "{\"n\":5}"])
            let outcomes = events.compactMap { $0["outcome"] as? [String: Any] }
            #expect(outcomes.map { text($0["body"]) }.last == "{\"sum\":6,\"old\":true}")
            #expect(outcomes.allSatisfy { ($0["duration_nanoseconds"] as? Int ?? 0) > 0 })
            #expect(events.allSatisfy { $0["trigger"] as? String == "invoke" })
        }
    }

    @Test func nothingIsKeptUnlessAskedFor() throws {
        try self.withAdder(record: 0) { host in
            _ = try host.invoke("adder")
            let (run, _) = try self.replay(host, ["adder"])

            #expect(run.exitStatus == 1)
            #expect(run.output.contains("Nothing is recorded of adder."), "\(run.output)")
        }
    }

    @Test func aLoadFromInsideTheHostIsNotKept() throws {
        try self.withAdder { host in
            _ = try host.invoke("adder", "{\"n\":7}")
            _ = try ProgramRun(
                path: BuiltProgram.path("brasa"),
                arguments: [
                    "bench", "adder", "--recorded", "--duration", "0.2", "--control-port", "\(host.control.port)",
                ])

            #expect(try self.events(try self.replay(host, ["adder"]).json).count == 1)
        }
    }

    @Test func theSameCodeAnswersTheSame() throws {
        try self.withAdder { host in
            for n in 1...4 { _ = try host.gateway.get("/adder?n=\(n)") }
            let before = try host.invocations(of: "adder")
            let code = try host.status(of: "adder").codeSHA256
            let (run, json) = try self.replay(host, ["adder", "--against", try Self.adder(1)])

            #expect(run.exitStatus == 0, "\(run.output)")
            #expect(json["same"] as? Int == 4 && json["different"] as? Int == 0)
            // Neither the live version nor the recording hears of it.
            #expect(try host.invocations(of: "adder") == before)
            #expect(try host.status(of: "adder").codeSHA256 == code)
            #expect(try self.events(try self.replay(host, ["adder"]).json).count == 4)
            try waitUntil("the candidates to end") { host.processes(of: "adder").count { $0.role == .zygote } == 1 }
        }
    }

    @Test func differencesAreShownAndFail() throws {
        try self.withAdder { host in
            for event in ["{\"n\":1}", "{\"n\":7}", "\"crash\"", "\"clock\""] { _ = try host.invoke("adder", event) }
            let (run, json) = try self.replay(host, ["adder", "--against", try Self.adder(2)])

            #expect(run.exitStatus == 1)
            #expect(run.output.contains("error: 3 of 4 events are answered differently by adder2.so."), "\(run.output)")
            let events = try self.events(json)
            #expect(events.map { $0["verdict"] as? String } == ["same", "different", "different", "different"])
            let differences = events.compactMap { $0["differences"] as? [[String: String]] }
            #expect(differences[1] == [["path": "$.sum", "before": "8", "after": "9"]])
            #expect(differences[2].first?["path"] == "error")
            #expect(differences[2].first?["after"]?.contains("signal: aborted") == true)
            // The clock differs with the code that answers now too.
            #expect(differences[3] == [["path": "$.sum", "before": "1", "after": "2"]])
            let costs = try #require(events[1]["candidate"] as? [String: Any])
            #expect((costs["duration_us"] as? Double ?? 0) > 0 && (costs["peak_memory_bytes"] as? Int ?? 0) > 100_000)
            #expect(events[1]["now"] != nil && events[1]["recorded"] != nil)
            #expect(try host.invoke("adder", "{\"n\":7}").payload == "{\"sum\":8,\"old\":true}")
        }
    }

    @Test func oneRequestIsPlayedByItsIdentity() throws {
        try self.withAdder { host in
            _ = try host.invoke("adder", "{\"n\":1}")
            let reply = try host.invoke("adder", "{\"n\":7}")
            let id = reply.requestID
            let (run, json) = try self.replay(host, [id, "--against", try Self.adder(2), "--once"])
            let (ignored, _) = try self.replay(host, [id, "--against", try Self.adder(2), "--ignore", "$.sum"])

            #expect(run.exitStatus == 1)
            let events = try self.events(json)
            #expect(events.count == 1 && events[0]["request_id"] as? String == id && events[0]["now"] == nil)
            #expect(ignored.exitStatus == 0, "\(ignored.output)")
        }
    }

    @Test func streamedRepliesAreComparedToo() throws {
        let streams = TestFunction(fixture: "streams", settings: "brasa: { record: 5 }")
        try withHost(HostSetup([streams], hasNeighbour: false)) { host in
            let reply = try host.gateway.get("/streams")
            let (run, json) = try self.replay(host, ["streams", "--against", try FixtureLibrary.build("streams")])
            let (other, different) = try self.replay(host, ["streams", "--against", try Self.adder(1), "--once"])

            #expect(reply.isComplete && !reply.body.isEmpty)
            #expect(run.exitStatus == 0 && json["same"] as? Int == 1, "\(run.output)")
            #expect(other.exitStatus == 1 && different["different"] as? Int == 1, "\(other.output)")
        }
    }

    @Test func limitsOnCostsFailToo() throws {
        try self.withAdder { host in
            for _ in 1...3 { _ = try host.invoke("adder", "\"slow\"") }
            let against = ["adder", "--against", try Self.adder(2)]
            let (slow, json) = try self.replay(host, against + ["--fail-if", "mean>5x", "--last", "2"])
            let (fine, _) = try self.replay(host, against + ["--fail-if", "memory>1GB"])

            #expect(slow.exitStatus == 1)
            #expect(slow.output.contains("adder2.so is over the limits: mean>5x."), "\(slow.output)")
            #expect(try self.events(json).count == 2)
            #expect(fine.exitStatus == 0, "\(fine.output)")
        }
    }
}

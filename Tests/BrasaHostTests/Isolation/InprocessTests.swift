import BlockingTests
import BrasaTesting
import Foundation
import Testing

/// What is different for instances that are threads of the host.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct InprocessTests {
    private static func function(_ fixture: String, _ settings: String = "", brasa: String = "spare: 0") -> TestFunction
    {
        TestFunction(fixture: fixture, settings: "brasa: { isolation: inprocess, \(brasa) }\n\(settings)")
    }

    @Test func saysWhatDoesNotHold() throws {
        try withHost(Self.function("echo", "environment: { GREETING: hello }")) { host in
            let caveat =
                "runs inside the host: a crash ends the host, memory is not capped, and a timeout answers the caller but"
                + " cannot end the function; its environment variables are not set"
            let warning = try #require(try host.logLines(of: "echo").first { $0.level == "WARN" })

            #expect(try host.status(of: "echo").note == caveat)
            #expect(warning.message == "This function \(caveat).")
            #expect(host.folder.log.contains("function runs inside the host"))
        }
    }

    @Test func hasNoProcessOfItsOwn() throws {
        try withHost(Self.function("counter")) { host in
            struct Count: Decodable {
                let pid: pid_t
            }
            let reply = try host.gateway.get("/counter").json(Count.self)

            #expect(reply.pid == host.pid)
            try host.waitUntilNoProcess(of: "counter")
        }
    }

    @Test func letsAThreadPastItsTimeoutRunOnAndEndsIt() throws {
        try withHost(Self.function("shutdown_writes_file"), Self.function("cooperative", "timeout: 1s")) { host in
            // It hears of its deadline as soon as the host does: without the gate it may well answer before that acts.
            let gate = host.gate()
            let late = try host.gateway.post("/cooperative", "ms 60000 until \(gate.path)")

            #expect(late.status == 504)
            #expect(Self.threads(of: host.pid).count { $0.contains("-cooper") } == 1)
            try gate.open()
            // It has seen that nobody waits for it any more; its instance is not used again.
            try waitUntil("the thread to end") {
                Self.threads(of: host.pid).count { $0.contains("-cooper") } == 0
            }
            #expect(try host.gateway.post("/cooperative", "ms 1").text == "waited")
        }
    }

    @Test func takesNoEventsWhileTooManyThreadsRunPastTheirTimeouts() throws {
        let function = Self.function("invoke_hangs", "timeout: 200ms")
        try withHost(function) { host in
            let calls = try (0..<8).map { _ in try host.gateway.start("POST", "/invoke_hangs", body: "sleep") }
            for call in calls { #expect(try call.receive().status == 504) }
            let refused = try host.gateway.post("/invoke_hangs", "")

            #expect(refused.status == 429)
            #expect(refused.text.contains("8 calls of this function run past their timeouts inside the host"))
        }
    }

    @Test func stopsWhileAThreadNeverReturns() throws {
        let function = Self.function("invoke_hangs", "timeout: 1s")
        try withHost(HostSetup([function], hasNeighbour: false)) { host in
            #expect(try host.gateway.post("/invoke_hangs", "sleep").status == 504)
            try host.stop()
            try host.start()
            #expect(try host.gateway.post("/invoke_hangs", "").text == "ok")
        }
    }

    @Test func unloadsTheLibraryOfAReplacedVersion() throws {
        let setup = HostSetup([Self.function("generation", "timeout: 30")], hasNeighbour: false)
        try withHost(setup) { host in
            let generations = try Generations(host.folder)
            for number in 1...30 {
                try generations.put(number)
                try generations.waitFor(number, at: host.gateway)
            }
            var loaded = 0
            try waitUntil("old libraries to leave the host, which has \(loaded)") {
                loaded = Self.libraries("generation", in: host.pid)
                return loaded == 1
            }
        }
    }

    @Test func cutsLongLinesIntoSeveral() throws {
        try withHost(Self.function("logs_long")) { host in
            let reply = try host.gateway.post("/logs_long", "bytes 5000")

            let lines = try host.logLines(of: "logs_long").filter { $0.requestID == reply.requestID }
            let logged = lines.filter { $0.source == "log" }.map(\.message)
            #expect(logged.count == 3)
            #expect(logged.joined() == String(repeating: "é", count: 2_500))
        }
    }

    /// Names of a process's threads.
    private static func threads(of pid: pid_t) -> [String] {
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
        return tasks.compactMap {
            try? String(contentsOfFile: "/proc/\(pid)/task/\($0)/comm", encoding: .utf8)
                .trimmingCharacters(in: .newlines)
        }
    }

    /// How many files of a library's name are mapped.
    private static func libraries(_ name: String, in pid: pid_t) -> Int {
        // String(contentsOfFile:) ends after a page of it.
        let file = FileHandle(forReadingAtPath: "/proc/\(pid)/maps")
        let maps = String(decoding: (try? file?.readToEnd()) ?? Data(), as: UTF8.self)
        // Address, rights, offset, device, inode, path, and perhaps "(deleted)".
        let files = maps.split(separator: "\n").map { $0.split(separator: " ") }.filter {
            $0.count > 5 && $0[5].hasSuffix("/\(name).so")
        }
        return Set(files.map { $0[4] }).count
    }
}

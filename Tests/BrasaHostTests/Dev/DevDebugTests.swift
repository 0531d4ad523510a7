import BlockingTests
import BrasaTesting
import Foundation
import Glibc
import Testing

/// `brasa dev --debug`: a function that a debugger is attached to.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct DevDebugTests {
    /// Sleeps for as many milliseconds as the event says.
    private static let sleeper = DevHost.source(
        "done",
        body: "usleep(1000 * (unsigned)atoi((const char *)brasa_format(call, \"%.*s\", (int)call->event.len,"
            + " (const char *)call->event.ptr).ptr));")

    private static let gdb: String? = ["/usr/bin/gdb", "/usr/local/bin/gdb"].first { access($0, X_OK) == 0 }

    private func invoke(_ host: DevHost, milliseconds: Int) throws -> HTTPConnection {
        try host.control.start("POST", "/2015-03-31/functions/greet/invocations", body: "\(milliseconds)")
    }

    @Test func pausesTheTimeoutAndKeepsOneInstanceThatTheOthersWaitFor() throws {
        let host = try DevHost(
            settings: ["timeout: 200ms"], brasa: ["idleTimeout: 200ms", "initTimeout: 300ms"],
            arguments: ["--debug", "greet"], source: Self.sleeper)
        let pid = try #require(try host.waitForEvent("debuggable").pid)

        // Three at once, each far over the timeout.
        let calls = try (1...3).map { _ in try self.invoke(host, milliseconds: 600) }
        for call in calls { #expect(try call.receive().text == "done") }
        // Longer than it may be idle.
        usleep(1_500_000)
        #expect(try self.invoke(host, milliseconds: 1).receive().text == "done")

        try waitUntil("all requests") { try host.events("request").count == 4 }
        #expect(try host.events("request").allSatisfy { $0.outcome == "replied" })
        #expect(try host.events("debuggable").map(\.pid) == [pid])
        #expect(kill(pid, 0) == 0)
        #expect(try host.events("request").allSatisfy { $0.nearLimits == nil })
    }

    @Test func tellsTheNewProcessAfterAReloadAndAfterACrash() throws {
        let crash = "if (call->event.len == 7) abort();"
        let host = try DevHost(arguments: ["--debug", "greet"], source: DevHost.source("one", body: crash))
        let first = try #require(try host.waitForEvent("debuggable").pid)

        try host.edit("two", body: crash)
        let second = try #require(try host.waitForEvent("debuggable") { $0.pid != first }.pid)
        try host.waitForAnswer("two")
        _ = try host.control.post("/2015-03-31/functions/greet/invocations", "\"crash\"")
        try host.waitForEvent("debuggable") { $0.pid != first && $0.pid != second }

        try host.waitForAnswer("two")
    }

    @Test(.enabled(if: Self.gdb != nil, "gdb is not installed"))
    func letsGDBAttachWhileACallRunsAndGoesOnAfterwards() throws {
        // The event names the file it waits for.
        let waiter = DevHost.source(
            "done",
            body: """
                const char *path = (const char *)brasa_format(
                    call, "%.*s", (int)call->event.len - 2, (const char *)call->event.ptr + 1).ptr;
                while (access(path, F_OK) != 0) usleep(1000);
                """)
        let host = try DevHost(settings: ["timeout: 200ms"], arguments: ["--debug", "greet"], source: waiter)
        let event = try host.waitForEvent("debuggable")
        let pid = try #require(event.pid)
        #expect(event.command == "gdb -p \(pid)")
        let go = host.folder.path + "/go"
        let invoke = { try host.control.start("POST", "/2015-03-31/functions/greet/invocations", body: "\"\(go)\"") }
        let call = try invoke()
        try waitUntil("the call to run") {
            try host.control.get("/_brasa/functions").text.contains("\"busy\":1")
        }

        let run = try ProgramRun(
            path: try #require(Self.gdb),
            arguments: ["-p", "\(pid)", "-batch", "-nx", "-ex", "backtrace", "-ex", "shell sleep 1"],
            environment: ["DEBUGINFOD_URLS": ""])

        // The whole way from the function's own source down to the worker's loop.
        #expect(run.exitStatus == 0, "\(run.output)")
        #expect(run.output.contains("greet/greet.c:"), "\(run.output)")
        #expect(run.output.contains("instance_run"), "\(run.output)")
        try host.project.write("go", "")
        #expect(try call.receive().text == "done")
        #expect(try invoke().receive().text == "done")
    }

    @Test func leavesOtherFunctionsTheirTimeouts() throws {
        let host = try DevHost(
            settings: ["timeout: 200ms"], arguments: ["--debug", "other"], source: Self.sleeper)
        try host.waitForEvent("library")

        let reply = try self.invoke(host, milliseconds: 5_000).receive()

        #expect(reply.text.contains("Sandbox.Timedout"))
        #expect(
            try host.events("note").first?.message
                == "warning: There is no function other yet; it is debugged once there is.")
    }
}

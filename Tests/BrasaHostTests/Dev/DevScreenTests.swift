import BlockingTests
import BrasaTesting
import Foundation
import Testing

/// What `brasa dev` shows of a real host.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct DevScreenTests {
    @Test func tellsOfEveryRequestWithItsStatusAndCost() throws {
        let host = try DevHost()
        try host.waitForEvent("library") { $0.outcome == "live" }

        #expect(try host.gateway.get("/greet/deep?name=Ada").text == "one")
        let http = try host.waitForEvent("request") { $0.trigger == "http" }
        _ = try host.control.post("/2015-03-31/functions/greet/invocations", "{}")
        let direct = try host.waitForEvent("request") { $0.trigger == "invoke" }

        #expect(http.function == "greet")
        #expect(http.request == "GET /greet/deep?name=Ada")
        #expect(http.status == 200)
        #expect(try #require(http.durationMs) > 0)
        #expect(try #require(http.memoryBytes) > 100_000)
        #expect(direct.status == nil)
        #expect(direct.outcome == "replied")
        #expect(direct.cold == false)
    }

    @Test func tellsOfFailuresWithTheirReason() throws {
        let crash = DevHost.source(
            "one",
            body: """
                if (memmem(call->event.ptr, call->event.len, "crash", 5)) abort();
                if (memmem(call->event.ptr, call->event.len, "fail", 4)) return brasa_fail(call, "Sad", "It is %s.", "so");
                """)
        let host = try DevHost(source: crash)
        try host.waitForAnswer("one")

        _ = try host.gateway.post("/greet", "fail")
        let failed = try host.waitForEvent("request") { $0.outcome == "failed" }
        _ = try host.gateway.post("/greet", "crash")
        let crashed = try host.waitForEvent("request") { $0.errorType == "Runtime.ExitError" }

        #expect(failed.status == 502)
        #expect(failed.errorType == "Sad")
        #expect(failed.message == "It is so.")
        #expect(crashed.status == 502)
    }

    @Test func warnsOfLimitsThatARequestComesCloseTo() throws {
        let near = DevHost.source(
            "ok",
            body: """
                if (memmem(call->event.ptr, call->event.len, "slow", 4))
                    while (brasa_host_table->time_left_ns(call) > 1300 * 1000000ll) usleep(1000);
                if (memmem(call->event.ptr, call->event.len, "large", 5)) {
                    char *memory = malloc(28 << 20);
                    if (!memory) return brasa_fail(call, "None", "No memory.");
                    memset(memory, 1, 28 << 20);
                    free(memory);
                }
                """)
        let host = try DevHost(settings: ["timeout: 10s", "memorySize: 32"], source: near)
        try host.waitForAnswer("ok")

        for (body, limit) in [("slow", "timeout"), ("large", "memory")] {
            #expect(try host.gateway.post("/greet", body).text == "ok")
            try host.waitForEvent("request") { $0.nearLimits?.contains(limit) == true }
        }
        let megabytes = String(repeating: "x", count: 5 << 20 | 1 << 18)
        _ = try host.control.post("/2015-03-31/functions/greet/invocations", "\"\(megabytes)\"")
        try host.waitForEvent("request") { $0.nearLimits?.contains("request") == true }
        #expect(try host.events("request").first?.nearLimits == nil)
    }

    @Test func writesLineByLineAndNothingElseIntoAPipe() throws {
        let host = try DevHost(isJSON: false)
        try waitUntil("the library") { host.output.contains("live in ") }
        try host.project.write("greet/greet.c", "int broken = ;\n")
        try waitUntil("the failure") { host.output.contains("build failed") }
        _ = try host.gateway.get("/greet?a=b")
        try waitUntil("the request") { host.output.contains("GET /greet?a=b") }
        #expect(host.stop() == 0)

        #expect(!host.output.contains("\u{1b}"))
        let lines = host.output.split(separator: "\n")
        #expect(lines.first?.hasPrefix("Serving 0 functions at http://127.0.0.1:") == true)
        #expect(lines.contains { $0.hasPrefix("greet/greet.c:1:14: error:") })
        let request = try #require(lines.first { $0.contains("GET /greet?a=b") })
        #expect(request.contains("  200  "))
        #expect(request.contains("MB of 128 MB"))
    }
}

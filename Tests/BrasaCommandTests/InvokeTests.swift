import BrasaGateway
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import brasa

@Suite(.timeLimit(.minutes(5)))
struct InvokeTests {
    private static let log = """
        START RequestId: 8a1 Version: 3
        REPORT of the function itself
        END RequestId: 8a1
        REPORT RequestId: 8a1\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 9 MB\t\
        Init Duration: 4.50 ms\t

        """

    private func host(status: Int = 200, error: String? = nil, body: String) async throws -> FakeHost {
        try await FakeHost { _ in
            var headers = [
                ("X-Amz-Executed-Version", "3"), ("x-amzn-RequestId", "8a1"),
                ("X-Amz-Log-Result", Data(Self.log.utf8).base64EncodedString()),
            ]
            if let error { headers.append(("X-Amz-Function-Error", error)) }
            return FakeHost.Answer(status: status, headers: headers, body: body)
        }
    }

    @Test func sendsTheEventAndPrintsTheReplyAsItIs() async throws {
        let host = try await self.host(body: "{\"a\":  1}")
        let console = TestConsole()

        let status = await console.run("invoke", "hello:live", "{\"name\": 1}", "--endpoint", host.endpoint + "/")

        #expect(status == 0)
        #expect(console.output == "{\"a\":  1}")
        #expect(console.errors.hasPrefix("REPORT RequestId: 8a1\tDuration: 12.34 ms"))
        let request = try #require(host.requests.first)
        #expect(request.method == .POST)
        #expect(request.path == "/2015-03-31/functions/hello/invocations")
        #expect(request.query == "Qualifier=live")
        #expect(String(buffer: request.body) == "{\"name\": 1}")
        #expect(request.headers.first(name: "x-amz-invocation-type") == "RequestResponse")
        #expect(request.headers.first(name: "x-amz-log-type") == "Tail")
        #expect(request.headers.first(name: "content-type") == "application/json")
    }

    @Test func endsTheLineOfAReplyOnATerminal() async throws {
        let host = try await self.host(body: "1")
        let console = TestConsole(isTerminal: true)

        _ = await console.run("invoke", "f", "--control-port", "\(host.port)")

        #expect(console.output == "1\n")
    }

    @Test func failsWithTheFunctionsError() async throws {
        let host = try await self.host(
            error: "Unhandled", body: "{\"errorMessage\":\"No seat left.\",\"errorType\":\"Full\"}")
        let console = TestConsole()

        let status = await console.run("invoke", "f", "{}", "--control-port", "\(host.port)")

        #expect(status == 1)
        #expect(console.output.hasPrefix("{\"errorMessage\""))
        #expect(console.errors.hasSuffix("error: The function f failed with Full: No seat left.\n"))
    }

    @Test func printsEverythingAsJSON() async throws {
        let host = try await self.host(error: "Unhandled", body: "{\"big\": 12345678901234567890123,\n\"text\": \"é\"}")
        let console = TestConsole()

        let status = await console.run("invoke", "f", "{}", "--json", "--control-port", "\(host.port)")

        #expect(status == 1)
        #expect(console.output.hasPrefix("{\"payload\":{\"big\": 12345678901234567890123, \"text\": \"é\"},"))
        #expect(console.output.split(separator: "\n").count == 1)
        let json = try console.json()
        #expect(json["status"] as? Int == 200)
        #expect(json["function_error"] as? String == "Unhandled")
        #expect(json["executed_version"] as? String == "3")
        #expect(json["request_id"] as? String == "8a1")
        #expect(json["log"] as? String == Self.log)
        let report = try #require(json["report"] as? [String: Double])
        #expect(
            report == ["duration_ms": 12.34, "billed_ms": 13, "memory_mb": 128, "max_memory_mb": 9, "init_ms": 4.5])
    }

    @Test func putsAReplyThatIsNoJSONIntoAString() async throws {
        let host = try await self.host(body: "not \"json\"")
        let console = TestConsole()

        _ = await console.run("invoke", "f", "--json", "--control-port", "\(host.port)")

        #expect(try console.json()["payload"] as? String == "not \"json\"")
    }

    @Test func putsBytesThatAreNoTextIntoBase64() throws {
        let reply = InvokeReply(
            status: 200, functionError: nil, executedVersion: nil, requestID: nil, log: nil, payload: Data([0xff, 0]))

        #expect(try reply.json() == "{\"payload_base64\":\"/wA=\",\"status\":200}")
    }

    @Test func handsAnAsynchronousEventOver() async throws {
        let host = try await self.host(status: 202, body: "")
        let console = TestConsole()

        let status = await console.run("invoke", "f", "{}", "--async", "--control-port", "\(host.port)")

        #expect(status == 0)
        #expect(console.output == "")
        #expect(console.errors.contains("accepted as request 8a1"))
        #expect(host.requests.first?.headers.first(name: "x-amz-invocation-type") == "Event")
    }

    @Test func showsTheLogOnDemand() async throws {
        let host = try await self.host(body: "1")
        let console = TestConsole()

        _ = await console.run("invoke", "f", "--log", "--control-port", "\(host.port)")

        #expect(console.errors == Self.log)
    }

    @Test(arguments: [
        (StandardInput.Kind.terminal, nil, "{}"), (.other, nil, "{}"), (.redirected, nil, "[1]"),
        (.terminal, "-", "[1]"), (.redirected, "2", "2"),
    ])
    func takesTheEventFromWhereItIsMeant(kind: StandardInput.Kind, argument: String?, sent: String) async throws {
        let host = try await self.host(body: "1")
        let console = TestConsole(inputKind: kind, input: "[1]")

        let arguments = ["invoke", "f"] + [argument].compactMap { $0 } + ["--control-port", "\(host.port)"]
        _ = await Program.run(arguments, console: console.console)

        #expect(host.requests.map { String(buffer: $0.body) } == [sent])
    }

    @Test func readsTheEventFromAFile() async throws {
        let host = try await self.host(body: "1")
        let folder = try TestFolder()
        try folder.write("event.json", "{\"from\": \"file\"}")
        let console = TestConsole()

        let file = folder.path + "/event.json"
        _ = await console.run("invoke", "f", "--event-file", file, "--control-port", "\(host.port)")

        #expect(host.requests.map { String(buffer: $0.body) } == ["{\"from\": \"file\"}"])
    }

    @Test func saysThatTheEventFileIsMissing() async throws {
        let console = TestConsole()

        #expect(await console.run("invoke", "f", "--event-file", "/nonexistent.json") == 1)
        #expect(
            console.errors == "error: The event cannot be read from /nonexistent.json: No such file or directory.\n")
    }

    @Test func repeatsTheHostsRefusal() async throws {
        let host = try await FakeHost { _ in
            FakeHost.Answer(
                status: 429, headers: [("x-amzn-errortype", "TooManyRequestsException")],
                body: """
                    {"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","message":"Rate Exceeded."}
                    """)
        }
        let console = TestConsole()

        #expect(await console.run("invoke", "f", "{}", "--control-port", "\(host.port)") == 1)
        #expect(
            console.errors == """
                error: The host refused (429, TooManyRequestsException): Rate Exceeded. \
                (ReservedFunctionConcurrentInvocationLimitExceeded)

                """)
    }

    @Test func encodesNamesThatAreNoPlainWords() async throws {
        let host = try await self.host(body: "1")
        let console = TestConsole()

        _ = await console.run("invoke", "a b/c", "--control-port", "\(host.port)")
        let arn = "arn:aws:lambda:us-east-1:0:function:f:$LATEST"
        _ = await console.run("invoke", arn, "--control-port", "\(host.port)")

        #expect(
            host.requests.map(\.path) == [
                "/2015-03-31/functions/a%20b%2Fc/invocations",
                "/2015-03-31/functions/arn:aws:lambda:us-east-1:0:function:f:$LATEST/invocations",
            ])
    }

    @Test func sendsALargeEventWithoutWaitingForPermission() async throws {
        let host = try await self.host(body: "1")
        let event = "\"" + String(repeating: "x", count: 3 << 20) + "\""
        let console = TestConsole(inputKind: .redirected, input: event)

        #expect(await console.run("invoke", "f", "-", "--control-port", "\(host.port)") == 0)
        #expect(host.requests.first?.body.readableBytes == event.utf8.count)
        #expect(host.requests.first?.headers.first(name: "expect") == nil)
    }
}

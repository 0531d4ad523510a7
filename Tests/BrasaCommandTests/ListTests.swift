import BrasaGateway
import Foundation
import Testing

@testable import brasa

@Suite(.timeLimit(.minutes(5)))
struct ListTests {
    private static let functions = """
        {"functions":[
        {"name":"hello","state":"Active","updateStatus":"Successful","version":"$LATEST","publishedVersions":["1"],
        "isolation":"process","instances":{"starting":0,"idle":2,"busy":11},"memoryMegabytes":128,
        "timeoutMilliseconds":3000,"codeSHA256":"ab","codeSizeBytes":5,"lastModified":"2026-01-01T00:00:00.000+0000"},
        {"name":"broken","state":"Failed","updateStatus":"Failed","failure":"init failed: no table.","version":"$LATEST",
        "publishedVersions":[],"instances":{},"memoryMegabytes":1024,"timeoutMilliseconds":1500,"codeSHA256":"cd",
        "codeSizeBytes":5,"lastModified":"2026-01-01T00:00:00.000+0000"},
        {"name":"from-another-version"}]}
        """

    @Test func printsATable() async throws {
        let host = try await FakeHost { _ in FakeHost.Answer(body: Self.functions) }
        let console = TestConsole()

        #expect(await console.run("list", "--control-port", "\(host.port)") == 0)

        #expect(host.requests.map(\.path) == ["/_brasa/functions"])
        let lines = console.output.split(separator: "\n")
        #expect(lines[0].hasPrefix("NAME "))
        #expect(lines[1].contains(#/^hello +Active +\$LATEST +11 +2 +0 +128 MB +3 s +process +2026/#))
        #expect(lines[2].contains(#/^broken +Failed +\$LATEST +0 +0 +0 +1024 MB +1500 ms +- +2026/#))
        #expect(lines.last == "broken: init failed: no table.")
    }

    @Test func printsJSON() async throws {
        let host = try await FakeHost { _ in FakeHost.Answer(body: Self.functions) }
        let console = TestConsole()

        #expect(await console.run("list", "--json", "--control-port", "\(host.port)") == 0)

        let functions = try #require(try console.json()["functions"] as? [[String: Any]])
        #expect(functions.map { $0["name"] as? String } == ["hello", "broken", "from-another-version"])
        #expect(functions[0]["memory_megabytes"] as? Int == 128)
        #expect(functions[0]["code_sha256"] as? String == "ab")
        #expect((functions[0]["instances"] as? [String: Int])?["busy"] == 11)
    }

    @Test func saysThatThereAreNone() async throws {
        let host = try await FakeHost { _ in FakeHost.Answer(body: "{\"functions\":[]}") }
        let console = TestConsole()

        #expect(await console.run("list", "--control-port", "\(host.port)") == 0)
        #expect(console.output == "The host has no functions.\n")
    }

    @Test(arguments: [["list"], ["invoke", "f", "{}"], ["logs", "f"], ["logs", "f", "-f"]])
    func saysThatNoHostAnswers(arguments: [String]) async throws {
        let port = try SilentPort()
        let console = TestConsole()

        #expect(await Program.run(arguments + ["--control-port", "\(port.number)"], console: console.console) == 69)
        #expect(
            console.errors
                == "error: No host answers at http://127.0.0.1:\(port.number). Start one with `brasa serve`.\n")
    }

    @Test func asksTheHostThatTheEnvironmentNames() async throws {
        let host = try await FakeHost { _ in .init(body: #"{"functions":[]}"#) }
        let named = TestConsole(environment: ["BRASA_ENDPOINT": host.endpoint])
        let wrong = TestConsole(environment: ["BRASA_ENDPOINT": "here"])

        #expect(await named.run("list") == 0)
        #expect(host.requests.count == 1)
        #expect(await wrong.run("list") == 64)
        #expect(wrong.errors.hasPrefix("error: BRASA_ENDPOINT is \"here\"; allowed is http://HOST:PORT"))
        try await host.stop()
    }

    @Test func gatewaysAreToldFromControlPorts() async throws {
        let body = #"{"message":"Function not found: _brasa","errorType":"ResourceNotFoundException","requestId":"1"}"#
        let host = try await FakeHost { _ in .init(status: 404, body: body) }
        let console = TestConsole()

        #expect(await console.run("list", "--endpoint", host.endpoint) == 1)
        #expect(console.errors.hasPrefix("error: \(host.endpoint) is the gateway of a host"))
        #expect(console.errors.contains("--control-port"))
        try await host.stop()
    }

    @Test(arguments: [(200, "<html>"), (404, "not found"), (200, "{}")])
    func saysThatSomethingElseListensThere(status: Int, body: String) async throws {
        let host = try await FakeHost { _ in FakeHost.Answer(status: status, body: body) }
        let console = TestConsole()

        #expect(await console.run("list", "--control-port", "\(host.port)") == 70)
        #expect(console.errors.hasPrefix("error: \(host.endpoint) answered GET /_brasa/functions with "))
    }
}

import BrasaGateway
import Testing

@testable import brasa

@Suite(.timeLimit(.minutes(5)))
struct DeployTests {
    private static let answer = """
        {"functions":[{"name":"good","codeSHA256":"aaaaaaaaaaaaaaaa","servingSHA256":"aaaaaaaaaaaaaaaa"},
        {"name":"bad","codeSHA256":"bbbbbbbbbbbbbbbb","servingSHA256":"cccccccccccccccc","problem":"init gave up","phase":"init"}]}
        """

    @Test func saysWhatAnswersAndWhatWasRefused() async throws {
        let host = try await FakeHost { _ in FakeHost.Answer(body: Self.answer) }
        let console = TestConsole()

        #expect(await console.run("deploy", "--control-port", "\(host.port)") == 1)

        #expect(host.requests.map(\.path) == ["/_brasa/deploy"])
        #expect(
            console.output == """
                good: aaaaaaaaaaaa answers
                bad: cccccccccccc answers; refused (phase init): init gave up

                """)
        #expect(console.errors.contains("error: The library of bad was not taken over."))
    }

    @Test func deploysOneFunctionAndPrintsJSON() async throws {
        let answer = #"{"functions":[{"name":"good","codeSHA256":"aa","servingSHA256":"aa"}]}"#
        let host = try await FakeHost { _ in FakeHost.Answer(body: answer) }
        let console = TestConsole()

        #expect(await console.run("deploy", "good", "--json", "--control-port", "\(host.port)") == 0)

        #expect(host.requests.map(\.path) == ["/_brasa/deploy/good"])
        let functions = try #require(try console.json()["functions"] as? [[String: Any]])
        #expect(functions[0]["serving_sha256"] as? String == "aa")
    }
}

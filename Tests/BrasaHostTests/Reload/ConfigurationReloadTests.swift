import BlockingTests
import BrasaTesting
import Foundation
import Testing

/// Changing `serverless.yml` and `host.yml` of a running host.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct ConfigurationReloadTests {
    private let functions = [
        TestFunction(fixture: "environment", settings: "environment: { STAGE: one }"),
        TestFunction(fixture: "counter", settings: "timeout: 20s"),
    ]

    private func rewrite(_ host: RunningHost, _ file: String, _ change: (String) -> String) throws {
        let path = "\(host.folder.configuration)/\(file)"
        let before = try String(contentsOfFile: path, encoding: .utf8)
        try change(before).write(toFile: path, atomically: true, encoding: .utf8)
    }

    @Test func reloadsTheFunctionsWhoseSettingsChangeAndNoOthers() throws {
        try withHost(HostSetup(self.functions)) { host in
            #expect(try host.gateway.post("/environment", "STAGE").text.contains(#""STAGE":"one""#))
            #expect(try host.gateway.post("/counter", "").text.contains(#""count":1,"#))
            try self.rewrite(host, "serverless.yml") { $0.replacing("STAGE: one", with: "STAGE: two") }

            try waitUntil("the new variable") {
                try host.gateway.post("/environment", "STAGE").text.contains(#""STAGE":"two""#)
            }
            // The instance that has counted is still there.
            #expect(try host.gateway.post("/counter", "").text.contains(#""count":2,"#))
            #expect(host.folder.log.contains("configuration reloaded"))
        }
    }

    @Test func changesNothingWhenThereIsAMistakeAnywhere() throws {
        try withHost(HostSetup(self.functions)) { host in
            try self.rewrite(host, "serverless.yml") {
                $0.replacing("STAGE: one", with: "STAGE: two").replacing("timeout: 20s", with: "timeout: soon")
            }
            try waitUntil("the refusal") { host.folder.log.contains("configuration not taken over") }

            #expect(host.folder.log.contains("timeout is 'soon'"))
            #expect(try host.gateway.post("/environment", "STAGE").text.contains(#""STAGE":"one""#))
            try self.rewrite(host, "serverless.yml") { $0.replacing("timeout: soon", with: "timeout: 2s") }
            try waitUntil("the new variable") {
                try host.gateway.post("/environment", "STAGE").text.contains(#""STAGE":"two""#)
            }
        }
    }

    @Test func saysWhichKeysOnlyCountAtTheNextStart() throws {
        try withHost(HostSetup(self.functions, hostSettings: "limits: { accountConcurrency: 500 }\n")) { host in
            try self.rewrite(host, "host.yml") { _ in
                "limits: { accountConcurrency: 400 }\nregion: eu-west-1\ndefaults: { memorySize: 256 }\n"
            }

            try waitUntil("the warning") { host.folder.log.contains("take effect at the next start") }
            #expect(host.folder.log.contains("keys=region, limits"))
        }
    }
}

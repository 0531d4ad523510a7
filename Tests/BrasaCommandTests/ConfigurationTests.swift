import ArgumentParser
import BlockingTests
import BrasaConfig
import BrasaTesting
import Foundation
import Testing

@testable import brasa

@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct ConfigurationTests {
    /// A folder with `runtime-config` and `functions`.
    private func folder(
        serverless: String = "", host: String = "", libraries: [String: String] = [:]
    ) throws -> TestFolder {
        let folder = try TestFolder()
        try folder.write("runtime-config/serverless.yml", serverless)
        try folder.write("runtime-config/host.yml", host)
        try folder.write("functions/README", "")
        for (name, fixture) in libraries {
            try folder.copy(try FixtureLibrary.build(fixture), as: "functions/\(name).so")
        }
        return folder
    }

    private func run(_ command: String, _ folder: TestFolder, _ more: String...) async -> (Int32, TestConsole) {
        let console = TestConsole(environment: ["BRASA_WORKER": "/bin/true"])
        let arguments = [
            command, "--config", folder.path + "/runtime-config", "--functions", folder.path + "/functions",
        ]
        return (await Program.run(arguments + more, console: console.console), console)
    }

    private static let two = """
        functions:
          one:
            handler: one.so
          two:
            handler: two.so

        """

    @Test func acceptsAValidConfiguration() async throws {
        let folder = try self.folder(serverless: Self.two, libraries: ["one": "echo", "two": "counter"])

        let (status, console) = await self.run("validate", folder)

        #expect(status == 0)
        #expect(console.output.hasSuffix("is valid: 2 functions configured.\n"))
        #expect(console.errors == "")
    }

    @Test func countsTheTablesToo() async throws {
        let table =
            "{Type: 'AWS::DynamoDB::Table', Properties: {BillingMode: PAY_PER_REQUEST, KeySchema: [{AttributeName: id,"
            + " KeyType: HASH}], AttributeDefinitions: [{AttributeName: id, AttributeType: S}]}}"
        let folder = try self.folder(
            serverless: Self.two + "resources:\n  Resources:\n    Users: \(table)\n",
            libraries: ["one": "echo", "two": "counter"])

        let (_, console) = await self.run("validate", folder)
        let (_, json) = await self.run("validate", folder, "--json")

        #expect(console.output.hasSuffix("is valid: 2 functions and 1 table configured.\n"))
        #expect(try json.json()["tables"] as? [String] == ["Users"])
    }

    @Test func reportsEveryMistakeAtOnce() async throws {
        let folder = try self.folder(
            serverless: Self.two + "    timeout: soon\n", host: "gatway:\n  port: 1\n", libraries: ["one": "echo"])

        let (status, console) = await self.run("validate", folder)

        #expect(status == 1)
        #expect(console.output.contains("host.yml:1:1: error: "))
        #expect(console.output.contains("did you mean gateway"))
        #expect(console.output.contains("two.so, which does not exist"))
        #expect(console.output.contains("timeout"))
        #expect(console.errors == "error: The configuration in \(folder.path)/runtime-config has 3 errors.\n")
    }

    @Test func looksAtEveryConfiguredLibrary() async throws {
        let folder = try self.folder(
            serverless: Self.two, libraries: ["one": "entry_misspelt", "two": "missing_needed"])

        let (status, console) = await self.run("validate", folder, "--json")

        #expect(status == 1)
        let json = try console.json()
        #expect(json["is_valid"] as? Bool == false)
        #expect(json["errors"] as? Int == 2)
        let problems = try #require(json["problems"] as? [[String: Any]])
        #expect(problems.map { $0["key"] as? String } == ["functions.one", "functions.two"])
        #expect(problems.map { $0["line"] as? Int } == [2, 4])
        #expect((problems[1]["message"] as? String)?.contains("libbrasa_removed.so.1") == true)
    }

    @Test func warnsAboutALibraryThatNobodyConfigured() async throws {
        let folder = try self.folder(libraries: ["stray": "no_entry"])

        let (status, console) = await self.run("validate", folder)

        #expect(status == 0)
        #expect(console.output.contains("functions/stray.so: warning: "))
        #expect(console.output.hasSuffix("is valid: 0 functions configured, with 1 warning.\n"))
    }

    @Test func givesVariablesTheirValues() async throws {
        let folder = try self.folder(
            serverless: "provider:\n  stage: ${opt:stage}\n  memorySize: ${opt:size}\n"
                + "functions:\n  one:\n    handler: one.so\n",
            libraries: ["one": "echo"])

        #expect(await self.run("validate", folder).0 == 1)
        #expect(await self.run("validate", folder, "--stage", "test", "--opt", "size=256").0 == 0)
    }

    @Test func rejectsAFolderThatIsNotThere() async {
        let console = TestConsole()

        #expect(await console.run("validate", "--config", "/nonexistent") == 1)
        #expect(console.errors == "error: The folder /nonexistent that --config names does not exist.\n")
    }

    @Test func flagsWinOverTheFile() throws {
        let folder = try self.folder(host: "gateway:\n  port: 81\nstate: from-file\n")
        let command = try ServeCommand.parse([
            "--config", folder.path + "/runtime-config", "--functions", folder.path + "/functions",
            "--gateway-port", "0", "--state", "/from-flag",
        ])

        let configuration = try command.options.loadConfiguration(TestConsole().console)

        #expect(configuration.host.gateway.port == 0)
        #expect(configuration.host.control.port == 4566)
        #expect(configuration.host.stateFolder == "/from-flag")
        #expect(configuration.host.functionsFolder == folder.path + "/functions")
    }

    @Test func serveRefusesAnInvalidConfiguration() async throws {
        let folder = try self.folder(host: "gatway: 1\n")

        let (status, console) = await self.run("serve", folder, "--json")

        #expect(status == 1)
        #expect(console.output == "")
        #expect(console.errors.contains("host.yml:1:1: error: "))
        #expect(console.errors.hasSuffix("has 1 error.\n"))
    }

    @Test func serveRefusesOnePortForBoth() async throws {
        let folder = try self.folder(host: "gateway:\n  port: 7001\n")

        let (status, console) = await self.run("serve", folder, "--control-port", "7001")

        #expect(status == 1)
        #expect(console.errors.contains("are both 7001"))
    }

    @Test func saysWhereItServes() throws {
        let ready = HostReady(
            gateway: .init(host: "127.0.0.1", port: 8080), control: .init(host: "::1", port: 4566), pid: 12,
            memoryCap: "cgroup1", functionCount: 3)

        #expect(
            try ready.text(asJSON: true) == """
                {"control":{"host":"::1","port":4566},"event":"ready","function_count":3,\
                "gateway":{"host":"127.0.0.1","port":8080},"memory_cap":"cgroup1","pid":12}
                """)
        #expect(
            try ready.text(asJSON: false).hasPrefix(
                "Serving 3 functions at http://127.0.0.1:8080, control port at http://[::1]:4566, memory cap by cgroup1."
            ))
    }
}

import BlockingTests
import BrasaTesting
import Foundation
import Testing

@testable import brasa

@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct InspectTests {
    private func console() -> TestConsole { TestConsole(environment: ["BRASA_WORKER": WorkerProgram.path]) }

    @Test func describesALibrary() async throws {
        let console = self.console()
        let path = try FixtureLibrary.build("two_functions")

        #expect(await console.run("inspect", path) == 0)

        #expect(console.output.contains("brasa_module_v1"))
        #expect(console.output.contains("FUNCTION"))
        #expect(console.output.hasSuffix("This host can load it.\n"))
        #expect(console.errors == "")
    }

    @Test func printsJSON() async throws {
        let console = self.console()
        let path = try FixtureLibrary.build("echo")

        #expect(await console.run("inspect", path, "--json") == 0)

        let json = try console.json()
        #expect(json["is_acceptable"] as? Bool == true)
        #expect((json["sha256"] as? String)?.count == 64)
        #expect((json["library"] as? [String: Any])?["entry"] as? String == "brasa_module_v1")
        let module = try #require(json["module"] as? [String: Any])
        #expect((module["functions"] as? [[String: Any]])?.isEmpty == false)
    }

    @Test func runsNothingWhenToldSo() async throws {
        let console = TestConsole(environment: ["BRASA_WORKER": "/nonexistent"])
        let path = try FixtureLibrary.build("crash_in_constructor")

        #expect(await console.run("inspect", path, "--static") == 0)
        #expect(console.output.hasSuffix("This host can load it.\n"))
    }

    @Test func refusesALibraryThatCrashes() async throws {
        let console = self.console()
        let path = try FixtureLibrary.build("crash_in_constructor")

        #expect(await console.run("inspect", path) == 1)

        #expect(console.output.contains("refused when it was loaded\n  Runtime.ExitError: "))
        #expect(!console.output.contains("can load it"))
        #expect(console.errors == "error: \(path) is refused: its code failed when it was loaded.\n")
    }

    @Test func saysInJSONHowItFailed() async throws {
        let console = self.console()

        #expect(await console.run("inspect", try FixtureLibrary.build("null_module"), "--json") == 1)

        let json = try console.json()
        #expect(json["is_acceptable"] as? Bool == false)
        let failure = try #require(json["load_failure"] as? [String: String])
        #expect(failure["error_type"] == "Runtime.InvalidEntrypoint")
        #expect(failure["phase"] == "load")
    }

    @Test func printsEveryRefusal() async throws {
        let console = self.console()
        let folder = try TestFolder()
        try folder.copy(try FixtureLibrary.build("entry_misspelt"), as: "f.so")
        try FileManager.default.setAttributes(
            [.posixPermissions: NSNumber(value: 0o666 as UInt16)], ofItemAtPath: folder.path + "/f.so")

        #expect(await console.run("inspect", folder.path + "/f.so") == 1)

        #expect(console.output.contains("  no-entry: "))
        #expect(console.output.contains("  world-writable: "))
        #expect(console.errors == "error: \(folder.path)/f.so is refused for 2 reasons.\n")
    }

    @Test func refusesAFileThatIsNotThere() async throws {
        let console = self.console()

        #expect(await console.run("inspect", "/nonexistent.so", "--json") == 1)
        #expect(try console.json()["sha256"] == nil)
        #expect(console.errors == "error: /nonexistent.so is refused for one reason.\n")
    }

    @Test func saysThatTheWorkerIsMissing() async throws {
        let console = TestConsole(environment: ["BRASA_WORKER": "/nonexistent/brasa-worker"])

        #expect(await console.run("inspect", try FixtureLibrary.build("echo")) == 1)
        #expect(
            console.errors
                == "error: BRASA_WORKER is /nonexistent/brasa-worker, which is no program that can be run.\n")
    }

    @Test func knowsTheDigestOfAFile() throws {
        let folder = try TestFolder()
        try folder.write("abc", "abc")
        try folder.write("empty", "")

        // FIPS 180-4, appendix B.1
        #expect(
            FileDigest.sha256(path: folder.path + "/abc")
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            FileDigest.sha256(path: folder.path + "/empty")
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(FileDigest.sha256(path: folder.path) == nil)
    }
}

@Suite struct WorkerLocationTests {
    @Test func looksBesideTheProgram() throws {
        let folder = try TestFolder()
        try folder.copy("/bin/true", as: "bin/brasa-worker")

        let found = try WorkerLocation.find(environment: [:], executable: folder.path + "/bin/brasa")

        #expect(found.path == folder.path + "/bin/brasa-worker")
    }

    @Test func saysWhereItLooked() {
        let error = #expect(throws: CommandFailure.self) {
            try WorkerLocation.find(environment: ["BRASA_WORKER": ""], executable: "/nonexistent/brasa")
        }

        #expect(error?.message.contains("is not at /nonexistent/brasa-worker") == true)
        #expect(error?.status == .failed)
    }

    @Test(arguments: ["/bin", "/etc/passwd", "/nonexistent"])
    func rejectsWhatIsNoProgram(path: String) {
        #expect(throws: CommandFailure.self) { try WorkerLocation.find(environment: ["BRASA_WORKER": path]) }
    }
}

import BlockingTests
import BrasaTesting
import Foundation
import Testing

@testable import brasa

@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct NewTests {
    @Test(arguments: ["c", "cpp"])
    func writesAFunctionThatTheHostTakes(language: String) async throws {
        let folder = try TestFolder()
        let console = TestConsole()
        let arguments = [
            "new", "--lang", language, "hello-me", "--directory", folder.path + "/a b", "--functions",
            folder.path + "/functions", "--json",
        ]

        #expect(await Program.run(arguments, console: console.console) == 0)
        let json = try console.json()
        #expect((json["files"] as? [String])?.first == "\(folder.path)/a b/hello-me/hello-me.\(language)")
        let build = try ProgramRun(
            path: "/bin/sh", arguments: ["-c", try #require(json["build_command"] as? String)])
        try #require(build.exitStatus == 0, "\(build.output)")

        let inspection = TestConsole(environment: ["BRASA_WORKER": WorkerProgram.path])
        #expect(await inspection.run("inspect", folder.path + "/functions/hello-me.so", "--json") == 0)
        let module = try inspection.json()["module"] as? [String: Any]
        #expect((module?["functions"] as? [[String: Any]])?.map { $0["name"] as? String } == ["hello-me"])
    }

    @Test func printsTheOneCommand() async throws {
        let folder = try TestFolder()
        let console = TestConsole()

        #expect(await console.run("new", "--lang", "swift", "orders", "--directory", folder.path) == 0)
        #expect(console.output.contains("  \(folder.path)/orders/Package.swift\n"))
        #expect(console.output.contains("\n  (cd \(folder.path) && swift build -c release --package-path orders"))
        #expect(FileManager.default.fileExists(atPath: folder.path + "/orders/Sources/Greet/Greet.swift"))
    }

    @Test func printsWhatBrasaDevNeedsWhereItDoesNotWriteIt() async throws {
        let folder = try TestFolder()
        let console = TestConsole()

        #expect(await console.run("new", "--lang", "cpp", "orders", "--directory", folder.path) == 0)
        #expect(
            console.output.contains(
                """
                below functions: in runtime-config/serverless.yml
                  orders:
                    handler: orders.so
                    brasa:
                      build: c++ -std=c++17
                """))
        #expect(console.output.contains("-o \"$BRASA_LIBRARY\" orders/orders.cpp\n"))
    }

    @Test func overwritesNothing() async throws {
        let folder = try TestFolder()
        try folder.write("mine/mine.c", "precious")
        let console = TestConsole()

        #expect(await console.run("new", "--lang", "c", "mine", "--directory", folder.path) == 1)
        #expect(console.errors.hasPrefix("error: \(folder.path)/mine exists already"))
        #expect(try String(contentsOfFile: folder.path + "/mine/mine.c", encoding: .utf8) == "precious")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/mine") == ["mine.c"])
    }

    @Test func rejectsANameThatNoFunctionCanHave() async throws {
        let folder = try TestFolder()
        let console = TestConsole()

        #expect(await console.run("new", "--lang", "c", "a.b", "--directory", folder.path) == 64)
        #expect(console.errors.hasPrefix("error: \"a.b\" cannot be a function's name"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test func findsTheSourcesAroundTheProgram() throws {
        let folder = try TestFolder()
        try folder.write("Sources/CBrasa/include/brasa.h", "")
        let program = folder.path + "/.build/x86_64-unknown-linux-gnu/release/brasa"

        #expect(
            try BrasaSources.find(named: nil, executable: program, sourceFile: "/x/y").path == folder.path + "/Sources")
        #expect(try BrasaSources.find(named: folder.path).path == folder.path + "/Sources")
        #expect(try BrasaSources.find(named: folder.path + "/Sources").path == folder.path + "/Sources")
    }

    @Test func fallsBackToTheSourcesItWasBuiltFrom() throws {
        #expect(
            try BrasaSources.find(named: nil, executable: "/usr/bin/brasa").path
                == FixtureLibrary.repositoryPath + "/Sources")
    }

    @Test func saysThatThereAreNoSources() throws {
        let nowhere = #expect(throws: CommandFailure.self) {
            try BrasaSources.find(named: nil, executable: "/nonexistent/bin/brasa", sourceFile: "/nonexistent/a.swift")
        }
        let wrong = #expect(throws: CommandFailure.self) { try BrasaSources.find(named: "/etc") }

        #expect(nowhere?.message.contains("--brasa-path") == true)
        #expect(wrong?.message.hasPrefix("/etc is no checkout of Brasa") == true)
    }
}

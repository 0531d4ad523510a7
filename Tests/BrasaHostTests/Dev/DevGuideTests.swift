import BlockingTests
import BrasaTesting
import Foundation
import Testing

/// What `brasa new` writes, under `brasa dev`.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct DevGuideTests {
    private func new(_ language: String, in folder: String) throws -> [String: Any] {
        let run = try ProgramRun(
            path: "/bin/sh",
            arguments: [
                "-c", "cd \(folder) && exec \(BuiltProgram.path("brasa")) new --lang \(language) greet --json",
            ])
        #expect(run.exitStatus == 0, "\(run.output)")
        return try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any] ?? [:]
    }

    @Test(arguments: ["c", "cpp"]) func buildsAndServesAFreshFunctionByItsOwnConfiguration(language: String) throws {
        let folder = try HostFolder()
        let report = try self.new(language, in: folder.path)

        #expect((report["files"] as? [String])?.contains("runtime-config/serverless.yml") == true)
        let written = try String(contentsOfFile: folder.path + "/runtime-config/serverless.yml", encoding: .utf8)
        #expect(written == "functions:\n" + (report["serverless_entry"] as? String ?? ""))
        try written.write(toFile: folder.configuration + "/serverless.yml", atomically: true, encoding: .utf8)
        let host = try HostProcess(folder, command: "dev", outputFile: folder.path + "/output")
        let gateway = HTTPProbe(port: host.ready.gateway.port)
        try waitUntil("the function", within: 60) {
            try gateway.get("/greet?name=Ada").text.contains("{\"hello\":\"Ada\"}")
        }
    }

    @Test func buildsByTheCommandThatIsPrinted() throws {
        let folder = try HostFolder()
        let command = try #require(try self.new("c", in: folder.path)["build_command"] as? String)
        #expect(command.contains("-o functions/greet.so greet/greet.c"))
        let host = try DevHost(build: command, source: nil) { project in
            try FileManager.default.moveItem(atPath: folder.path + "/greet", toPath: project.path + "/greet")
        }

        try waitUntil("the function", within: 60) {
            try host.gateway.get("/greet?name=Ada").text == "{\"hello\":\"Ada\"}\n"
        }
        let source = host.project.text("greet/greet.c")
        try host.project.write("greet/greet.c", source.replacing("hello", with: "goodbye"))
        try waitUntil("its new code", within: 60) {
            try host.gateway.get("/greet?name=Ada").text == "{\"goodbye\":\"Ada\"}\n"
        }
        // A linker that fails removes its output.
        try host.project.write("greet/greet.c", source + "int missing(void); int here(void) { return missing(); }\n")
        try host.project.write("greet/greet.c", "#error no\n" + source)
        try host.waitForEvent("build_finished") { $0.outcome == "failed" }
        #expect(try host.gateway.get("/greet?name=Ada").text == "{\"goodbye\":\"Ada\"}\n")
        #expect(host.project.exists("functions/greet.so"))
    }
}

import ArgumentParser
import BrasaPool
import Foundation

/// `brasa inspect`: what a library is, and whether the host would take it.
struct InspectCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a library is, and whether this host would load it.",
        discussion: """
            Reads the file without running it. When nothing speaks against it, loads it in a process of its own, with \
            10 seconds to do so, and asks it what functions it has; `init` does not run. Exits with 1 when refused.

            EXAMPLES
              brasa inspect functions/hello-c.so
              brasa inspect build/users.so --static
              brasa inspect functions/hello-c.so --json | jq -r '.module.functions[].name'
            """)

    @Argument(help: "The library.", completion: .file(extensions: ["so"]))
    var file: String

    @Flag(name: .customLong("static"), help: "Do not load it: no code of the library runs.")
    var isStatic = false

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard !self.file.isEmpty else { throw ValidationError("The path of the library is empty.") }
    }

    func run(on console: Console) async throws {
        var report = LibraryReport(path: self.file)
        if !self.isStatic, report.isAcceptable {
            let worker = try WorkerLocation.find(environment: console.environment)
            try await report.probe(
                ModuleProbe(
                    workerPath: worker.path, temporaryFolder: FileManager.default.temporaryDirectory.path))
        }
        console.print(self.output.isJSON ? try report.json() : report.render(style: console.style))
        if let failure = report.failure { throw failure }
    }
}

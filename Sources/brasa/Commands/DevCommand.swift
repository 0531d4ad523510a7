import ArgumentParser
import BrasaConfig
import Foundation

/// `brasa dev`: serves, builds what changes, and shows what happens.
struct DevCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "dev",
        abstract: "Serve, build functions when their sources change, and show every request.",
        discussion: """
            Serves as `brasa serve` does. A function's command `brasa: build:` in serverless.yml runs when its sources \
            change, and at the start when its library is missing or older; a failed build leaves the running code alone. \
            On a terminal it draws one screen, into a pipe it writes line by line.

            EXAMPLES
              brasa dev
              brasa dev --debug greet            Prints the line that attaches gdb.
              brasa dev --json | jq 'select(.event == "request")'
            """)

    @OptionGroup var options: ServeOptions

    @Option(
        help: ArgumentHelp(
            "A function to look at with gdb: it has one instance, which is kept, and no time limits.",
            valueName: "name"))
    var debug: String?

    @Flag(name: .customLong("json"), help: "Write one JSON object a line in place of text.")
    var isJSON = false

    func validate() throws {
        if self.debug == "" { throw ValidationError("--debug is empty; give the name of a function.") }
    }

    func run(on console: Console) async throws {
        if let folder = self.options.configuration.functionsFolder { try Self.make(folder) }
        let configuration = try self.options.loadConfiguration(console, awaitsBuilds: true)
        try Self.make(configuration.host.functionsFolder)
        let worker = try WorkerLocation.find(environment: console.environment)
        let session = DevSession(
            configuration: configuration, workerPath: worker.path,
            configurationFolder: self.options.configuration.shownDirectory,
            source: self.options.configuration.source(console.environment, awaitsBuilds: true),
            debugged: self.debug, isJSON: self.isJSON, console: console)
        try await session.run()
    }

    /// The functions folder is where builds put libraries: it need not be there before the first.
    private static func make(_ folder: String) throws(CommandFailure) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure(
                .failed, "The functions folder \(folder) cannot be made: \(FileErrorText.reason(error)).", cause: error)
        }
    }
}

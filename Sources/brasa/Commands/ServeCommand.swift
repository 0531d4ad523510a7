import ArgumentParser
import BrasaConfig
import BrasaHost
import Glibc
import Logging

// Foundation, which others import, has a type of this name too.
import class BrasaHost.Host

/// `brasa serve`: runs the host until it is told to stop.
struct ServeCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the host: serve the functions of a folder.",
        discussion: """
            Clients call functions on the gateway port (8080): ANY /<name> and /<name>/{proxy+}. The AWS APIs, the \
            metrics and the other commands use the control port (4566). Flags win over host.yml. Ends with Ctrl-C \
            after running invocations have finished.

            EXAMPLES
              brasa serve
              brasa serve --functions build/functions --stage test
              brasa serve --gateway-port 0 --control-port 0 --json

            With --json one line on standard output says which ports it took, when ready.
            """)

    @OptionGroup var options: ServeOptions

    @Flag(name: .customLong("json"), help: "Say in one line of JSON on standard output where, when ready.")
    var isJSON = false

    func run(on console: Console) async throws {
        let configuration = try self.options.loadConfiguration(console)
        let signals = StopSignals()
        var hostOptions = Host.Options(workerPath: try WorkerLocation.find(environment: console.environment).path)
        let feed = LogFeed(console: console)
        hostOptions.configurationSource = self.options.configuration.source(console.environment)
        hostOptions.onLogLine = { function, text in feed.add("[\(function)] \(text)") }
        var logger = Logger(label: "brasa") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = Logger.Level(rawValue: configuration.host.logLevel.rawValue) ?? .info
        try await HostRunner.run(configuration: configuration, options: hostOptions, logger: logger) { host, ready in
            for function in host.functions {
                if let problem = function.problem {
                    console.note("warning: \(function.name) is not served: \(problem)")
                }
            }
            let folder = configuration.host.functionsFolder
            if access(folder, F_OK) != 0 {
                console.note("warning: The functions folder \(folder) does not exist; it is served once it does.")
            }
            console.print(try ready.text(asJSON: self.isJSON))
            await signals.first()
            console.note("Stopping: running invocations finish first. Press Ctrl-C again to end at once.")
        }
    }
}

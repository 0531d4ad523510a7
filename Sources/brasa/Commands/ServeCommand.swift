import ArgumentParser
import BrasaConfig

/// `brasa serve`: runs the host until it is told to stop.
struct ServeCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the host: serve the functions of a folder.",
        discussion: """
            Clients call functions on the gateway port (8080): ANY /<name> and /<name>/{proxy+}. The AWS APIs, the
            metrics and the other commands use the control port (4566). Flags win over host.yml. Ends with Ctrl-C
            after running invocations have finished.

            EXAMPLES
              brasa serve
              brasa serve --functions build/functions --stage test
              brasa serve --gateway-port 0 --control-port 0 --json
                                                 Free ports; one line of JSON says which, when ready.
            """)

    @OptionGroup var configuration: ConfigurationOptions

    @Option(
        name: .customLong("state"),
        help: ArgumentHelp("Folder the host keeps its state in, in place of `state` in host.yml.", valueName: "dir"),
        completion: .directory)
    var stateFolder: String?

    @Option(help: ArgumentHelp("Port that clients call functions on; 0 takes a free one.", valueName: "port"))
    var gatewayPort: Int?

    @Option(help: ArgumentHelp("Port of the AWS APIs and of `brasa`; 0 takes a free one.", valueName: "port"))
    var controlPort: Int?

    @Flag(name: .customLong("json"), help: "Say in one line of JSON on standard output where, when ready.")
    var isJSON = false

    func validate() throws {
        for (port, name) in [(self.gatewayPort, "--gateway-port"), (self.controlPort, "--control-port")] {
            guard let port, !(0...65_535).contains(port) else { continue }
            throw ValidationError("\(name) is \(port); allowed is 0 to 65535, and 0 takes a free one.")
        }
        if let gateway = self.gatewayPort, gateway != 0, gateway == self.controlPort {
            throw ValidationError("--gateway-port and --control-port are both \(gateway); give two different ports.")
        }
        if self.stateFolder == "" { throw ValidationError("--state is empty; give the path of a folder.") }
    }

    func run(on console: Console) async throws {
        let configuration = try self.loadConfiguration(console)
        let worker = try WorkerLocation.find(environment: console.environment)
        try await HostRunner.run(
            configuration: configuration,
            options: HostRunner.Options(
                workerPath: worker.path, isJSON: self.isJSON, source: self.configuration.source(console.environment),
                console: console))
    }

    /// The configuration with what the flags say; its problems go to the errors.
    ///
    /// - Throws: `CommandFailure` when one of them is an error.
    func loadConfiguration(_ console: Console) throws -> Configuration {
        let loaded = try self.configuration.load(environment: console.environment)
        let report = ValidationReport(directory: self.configuration.shownDirectory, problems: loaded.problems)
        for problem in report.problems { console.note(report.line(problem, style: console.errorStyle)) }
        guard var configuration = loaded.configuration else { throw report.failure }
        if let port = self.gatewayPort { configuration.host.gateway.port = port }
        if let port = self.controlPort { configuration.host.control.port = port }
        if let folder = self.stateFolder { configuration.host.stateFolder = folder }
        let host = configuration.host
        guard host.gateway.port != host.control.port || host.gateway.port == 0 else {
            throw CommandFailure(
                .failed,
                "The gateway and the control port are both \(host.gateway.port), by flags and host.yml together; "
                    + "give --gateway-port or --control-port another one.")
        }
        return configuration
    }
}

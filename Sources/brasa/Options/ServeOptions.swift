import ArgumentParser
import BrasaConfig
import Foundation

/// What a host is started with.
struct ServeOptions: ParsableArguments {
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

    /// The configuration with what the flags say; its problems go to the errors.
    ///
    /// - Throws: `CommandFailure` when one of them is an error.
    func loadConfiguration(_ console: Console, awaitsBuilds: Bool = false) throws -> Configuration {
        let loaded = try self.configuration.load(environment: console.environment, awaitsBuilds: awaitsBuilds)
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

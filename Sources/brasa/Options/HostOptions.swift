import ArgumentParser

/// Which running host a command asks.
struct HostOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the host's control port is. (default: $BRASA_ENDPOINT, else \(ControlEndpoint.defaultText))",
            valueName: "url"),
        transform: { try ControlEndpoint($0) })
    var endpoint: ControlEndpoint?

    @Option(help: ArgumentHelp("The same for a host on this machine, by its port alone.", valueName: "port"))
    var controlPort: Int?

    func validate() throws {
        if let port = self.controlPort {
            guard self.endpoint == nil else {
                throw ValidationError("--endpoint and --control-port both say where the host is; give one of them.")
            }
            guard (1...65_535).contains(port) else {
                throw ValidationError("--control-port is \(port); allowed is 1 to 65535.")
            }
        }
    }

    /// The client for that host: that of the options, else of `BRASA_ENDPOINT`, else port 4566 of this machine.
    ///
    /// - Throws: `CommandFailure` when the variable holds no endpoint.
    func client(_ environment: [String: String]) throws(CommandFailure) -> ControlClient {
        if let endpoint = self.endpoint ?? self.controlPort.map(ControlEndpoint.init(port:)) {
            return ControlClient(endpoint)
        }
        guard let text = environment["BRASA_ENDPOINT"], !text.isEmpty else {
            return ControlClient(ControlEndpoint(port: 4566))
        }
        do {
            return ControlClient(try ControlEndpoint(text))
        } catch {
            throw CommandFailure(.usage, "BRASA_ENDPOINT is \"\(text)\"; \(error)", cause: error)
        }
    }
}

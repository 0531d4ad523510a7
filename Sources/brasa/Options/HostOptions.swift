import ArgumentParser

/// Which running host a command asks.
struct HostOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the host's control port is. (default: \(ControlEndpoint.defaultText))", valueName: "url"),
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

    /// The client for that host.
    var client: ControlClient {
        ControlClient(self.endpoint ?? self.controlPort.map(ControlEndpoint.init(port:)) ?? ControlEndpoint(port: 4566))
    }
}

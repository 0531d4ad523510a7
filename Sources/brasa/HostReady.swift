/// What `brasa serve` says once it answers: the only thing it writes to standard output.
struct HostReady: Encodable, Sendable, Hashable {
    /// Where a port is in the end, after 0 took a free one.
    struct Address: Encodable, Sendable, Hashable {
        let host: String
        let port: Int
    }

    let event = "ready"
    let gateway: Address
    let control: Address
    let pid: Int32
    /// What holds functions to their memory, such as `cgroup1`.
    let memoryCap: String
    /// Functions that are served from the start.
    let functionCount: Int

    /// Where clients call functions.
    var gatewayURL: String { Self.url(self.gateway) }
    /// Where the AWS APIs are.
    var controlURL: String { Self.url(self.control) }

    /// One line, for programs or for people.
    func text(asJSON isJSON: Bool) throws(CommandFailure) -> String {
        if isJSON { return try JSONLine.text(self) }
        let functions = self.functionCount == 1 ? "1 function" : "\(self.functionCount) functions"
        return "Serving \(functions) at \(self.gatewayURL), control port at \(self.controlURL), "
            + "memory cap by \(self.memoryCap). End with Ctrl-C."
    }

    private static func url(_ address: Address) -> String {
        let host = address.host.contains(":") ? "[\(address.host)]" : address.host
        return "http://\(host):\(address.port)"
    }
}

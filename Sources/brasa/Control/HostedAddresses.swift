/// Where a host's ports are, and which process it is.
struct HostedAddresses: Decodable, Sendable {
    struct Address: Decodable, Sendable {
        let host: String
        let port: Int
    }

    /// nil while the port is not open yet.
    let gateway: Address?
    let pid: Int32
    let memoryCap: String
    /// Since 1970; another when the host has started again.
    let startedAtMilliseconds: Int64
}

extension ControlClient {
    /// Where the host's ports are.
    func addresses() async throws(ControlError) -> HostedAddresses {
        try await self.get(HostedAddresses.self, ["_brasa", "host"])
    }
}

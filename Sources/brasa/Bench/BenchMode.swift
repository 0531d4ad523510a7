import ArgumentParser

/// What `brasa bench` measures.
enum BenchMode: String, ExpressibleByArgument, Codable, CaseIterable, Sendable {
    /// Calls of instances that are there, inside the host.
    case warm
    /// First calls of fresh instances, inside the host.
    case cold
    /// Requests to the gateway, from this process.
    case http
}

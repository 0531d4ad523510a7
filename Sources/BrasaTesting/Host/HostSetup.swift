/// What a host of a test is started with.
package struct HostSetup: Sendable {
    package var functions: [TestFunction]
    /// The lines of `host.yml`, which are otherwise the defaults.
    package var hostSettings: String
    /// Lines before `functions:` in `serverless.yml`.
    package var serviceSettings: String
    /// Variables of the host's own environment, beside those of the tests.
    package var environment: [String: String]
    /// Whether a function `neighbour` is called without pause all the time, none of whose calls may fail.
    package var hasNeighbour: Bool

    /// - Parameter hasNeighbour: whether a function `neighbour` is called without pause all the time, none of whose calls may
    ///   fail; the first reason to say no is a test that ends the host.
    package init(
        _ functions: [TestFunction] = [], hostSettings: String = "", serviceSettings: String = "",
        environment: [String: String] = [:], hasNeighbour: Bool = true
    ) {
        self.functions = functions
        self.hostSettings = hostSettings
        self.serviceSettings = serviceSettings
        self.environment = environment
        self.hasNeighbour = hasNeighbour
    }
}

/// Starts a host, lets `body` talk to it, and ends it with all its processes.
///
/// Unless `setup` says otherwise, a function `neighbour` is called all the while, before and after `body` too: what goes wrong
/// in one function must not be felt by another.
///
/// - Throws: what `body` throws; `HarnessError` when the host does not come up, a call of the neighbour failed, or a process
///   outlives the host.
package func withHost<Result>(_ setup: HostSetup, _ body: (RunningHost) throws -> Result) throws -> Result {
    let folder = try HostFolder()
    try folder.fill(setup)
    let host = try RunningHost(folder, environment: setup.environment)
    let result: Result
    do {
        result = setup.hasNeighbour ? try withNeighbour(host, body) : try body(host)
    } catch let error as HarnessError {
        throw HarnessError("\(error)\nThe host's log:\n\(folder.log.suffix(4_000))")
    }
    host.kill()
    var left: [HostedProcess] = []
    try waitUntil("the processes of a host that was killed to end, there are \(left)") {
        left = host.processes()
        return left.isEmpty
    }
    return result
}

/// The same for functions with nothing special about the host.
package func withHost<Result>(_ functions: TestFunction..., body: (RunningHost) throws -> Result) throws -> Result {
    try withHost(HostSetup(functions), body)
}

private func withNeighbour<Result>(_ host: RunningHost, _ body: (RunningHost) throws -> Result) throws -> Result {
    let load = LoadProbe(port: host.gateway.port, path: "/neighbour")
    defer { _ = try? load.stop() }
    try load.waitForRequests(10)
    let result = try body(host)
    try load.waitForRequests(10)
    let report = try load.stop()
    guard report.failures.isEmpty else {
        throw HarnessError(
            "\(report.failures.count) of \(report.requests) calls of the neighbour failed: "
                + report.failures.prefix(5).joined(separator: "; "))
    }
    return result
}

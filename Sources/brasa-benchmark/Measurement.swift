/// What can be measured, in the order it is.
enum Measurement: String, CaseIterable, Sendable {
    /// First, while this process has no other threads and instances.
    case idle
    case cold
    case warm
    case http
    case timeout
    case memory
    case reload
    case call
    case tables
    case tableSize = "table-size"

    /// Measures.
    ///
    /// - Throws: when a program is missing or something does not answer: no figure is better than a wrong one.
    func run(programs: Programs, rounds: Int) async throws -> [Finding] {
        switch self {
        case .idle: [try await IdleHost(programs: programs).measure()]
        case .cold: try await ColdStart(programs: programs).measure(rounds: rounds)
        case .warm: try await WarmInvocation(programs: programs).measure(rounds: rounds)
        case .http: [try await HTTPThroughput(programs: programs).measure(rounds: rounds)]
        case .timeout: [try await TimeoutAccuracy(programs: programs).measure()]
        case .reload: [try await ReloadLatency(programs: programs).measure()]
        case .call: try CallOverhead(programs: programs).measure(rounds: rounds)
        case .tableSize: try await TableSize(programs: programs).measure(rounds: rounds)
        case .tables: try await TableSpeed(programs: programs).measure(rounds: rounds)
        case .memory: try await ManyInstances(programs: programs).measure()
        }
    }
}

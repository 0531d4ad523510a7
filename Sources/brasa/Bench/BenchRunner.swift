import BrasaBench
import Foundation

/// Lets a host measure, or measures over HTTP with the host's help.
struct BenchRunner: Sendable {
    let client: ControlClient
    let function: String
    /// nil: the latest version.
    let qualifier: String?
    let mode: BenchMode
    let events: [Data]

    /// Runs one measurement.
    ///
    /// - Parameters:
    ///   - candidate: what is called in place of the function; not over HTTP.
    ///   - starts: times the version is started in the mode cold.
    ///   - onProgress: called from any thread, a few times a second.
    func run(
        _ plan: LoadPlan, candidate: String? = nil, starts: Int = 5,
        onProgress: @escaping @Sendable (LoadProgress) -> Void
    ) async throws -> LoadResult {
        switch self.mode {
        case .warm: return try await self.order(.warm, plan, candidate: candidate, onProgress: onProgress)
        case .cold:
            return try await self.order(.cold, plan, candidate: candidate, starts: starts, onProgress: onProgress)
        case .http: return try await self.overHTTP(plan, onProgress: onProgress)
        }
    }

    private func order(
        _ kind: BenchOrder.Kind, _ plan: LoadPlan, candidate: String? = nil, starts: Int = 5,
        onProgress: @escaping @Sendable (LoadProgress) -> Void
    ) async throws -> LoadResult {
        let order = BenchOrder(
            function: self.function, qualifier: self.qualifier, candidate: candidate, kind: kind, plan: plan,
            starts: starts, events: self.events)
        var result: LoadResult?
        let decoder = JSONDecoder()
        try await self.client.lines("POST", ["_brasa", "bench"], body: try JSONEncoder().encode(order)) { line in
            let message: BenchMessage
            do {
                message = try decoder.decode(BenchMessage.self, from: line)
            } catch {
                throw self.client.unexpected("POST /_brasa/bench", cause: error)
            }
            if let progress = message.progress { onProgress(progress) }
            if let failure = message.failure { throw CommandFailure(.failed, failure) }
            result = message.result ?? result
        }
        guard let result else {
            throw ControlError(
                .interrupted, "The host at \(self.client.endpoint) ended the measurement before it was over.")
        }
        return result
    }

    /// The host cannot see what a client waits for, and a client not what a function costs: each tells its part.
    private func overHTTP(
        _ plan: LoadPlan, onProgress: @escaping @Sendable (LoadProgress) -> Void
    ) async throws -> LoadResult {
        guard let gateway = try await self.client.addresses().gateway else {
            throw CommandFailure(.unavailable, "The host at \(self.client.endpoint) has not opened its gateway yet.")
        }
        let host = ["0.0.0.0", "::"].contains(gateway.host) ? "127.0.0.1" : gateway.host
        let target = HTTPLoad.Target(host: host, port: gateway.port, path: "/\(self.function)", events: self.events)
        async let observed = self.order(.observe, plan) { _ in }
        var seen = try await HTTPLoad.run(plan, target, onProgress: onProgress)
        let costs = try await observed
        seen.takeCosts(from: costs)
        return seen
    }
}

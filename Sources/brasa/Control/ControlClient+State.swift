import Foundation

/// A snapshot that a host took.
struct HostedSnapshot: Codable, Sendable {
    let takenAtMilliseconds: Int64
    let files: [String]
    let sizeBytes: Int64
}

extension ControlClient {
    /// Has the host copy its state.
    func takeSnapshot(at path: String) async throws(ControlError) -> HostedSnapshot {
        let body = try await self.change("snapshot", path: path)
        do {
            return try JSONDecoder().decode(HostedSnapshot.self, from: body)
        } catch {
            throw self.unexpected("POST /_brasa/state/snapshot", cause: error)
        }
    }

    /// Has the host come up with another state, and waits until it has.
    ///
    /// - Parameter path: a snapshot; nil stands for no state at all.
    func replaceState(from path: String?) async throws(ControlError) {
        let before = try await self.addresses()
        _ = try await self.change(path == nil ? "reset" : "restore", path: path)
        let end = ContinuousClock.now + .seconds(120)
        while true {
            guard ContinuousClock.now < end else {
                throw ControlError(
                    .interrupted, "The host at \(self.endpoint) has not come up again within 120 s; its log says why.")
            }
            // Nobody answers while it stops and starts.
            if let now = try? await self.addresses(), now.gateway != nil,
                now.startedAtMilliseconds != before.startedAtMilliseconds
            {
                return
            }
            do {
                try await Task.sleep(for: .milliseconds(20))
            } catch {
                throw ControlError(.cancelled, "Waiting for the host to come up again was cancelled.")
            }
        }
    }

    private func change(_ what: String, path: String?) async throws(ControlError) -> Data {
        let body = try? JSONEncoder().encode(path.map { ["path": $0] } ?? [:])
        // Copying a large state takes a while.
        return try await self.send(
            "POST", ["_brasa", "state", what], query: [], headers: ["Content-Type": "application/json"], body: body,
            seconds: 3_600
        ).1
    }
}

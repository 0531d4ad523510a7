import Synchronization

/// A way to hold functions to their memory, as `limits.memoryBackend` names it.
package enum MemoryBackend: String, Sendable, CaseIterable {
    case cgroup2, cgroup1, rlimit

    private static let refusals = Mutex<[MemoryBackend: String?]>([:])

    /// Those that work on this machine: a host comes up with them.
    package static var available: [MemoryBackend] { self.allCases.filter { $0.refusal == nil } }

    /// What a host says that is told to use it and cannot; nil when it can.
    ///
    /// Tried once.
    package var refusal: String? {
        Self.refusals.withLock { refusals in
            if let known = refusals[self] { return known }
            let refusal = self.find()
            refusals[self] = refusal
            return refusal
        }
    }

    /// The lines of `host.yml` that choose it.
    package var hostSettings: String { "limits: { memoryBackend: \(self.rawValue) }" }

    private func find() -> String? {
        do {
            let folder = try HostFolder()
            try folder.fill(HostSetup(hostSettings: self.hostSettings, hasNeighbour: false))
            _ = try HostProcess(folder)
            return nil
        } catch {
            return "\(error)"
        }
    }
}

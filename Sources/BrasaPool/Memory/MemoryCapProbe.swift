/// Chooses how memory is capped on this machine.
package enum MemoryCapProbe {
    /// What configuration may ask for.
    package enum Choice: String, Sendable, CaseIterable {
        case auto, cgroup2, cgroup1, rlimit
    }

    /// The cap in force and why better ones are not.
    package struct Finding: Sendable {
        package let cap: any MemoryCap
        /// One sentence for each way that was tried and refused.
        package let refused: [String]
    }

    /// Tries cgroup v2, then v1, then settles for `RLIMIT_DATA`; or only what was chosen.
    ///
    /// - Throws: `MemoryCapError` when what was chosen does not work here. `auto` never throws.
    package static func find(_ choice: Choice) throws(MemoryCapError) -> Finding {
        switch choice {
        case .cgroup2: return Finding(cap: try Cgroup(.v2), refused: [])
        case .cgroup1: return Finding(cap: try Cgroup(.v1), refused: [])
        case .rlimit: return Finding(cap: DataLimit(), refused: [])
        case .auto:
            var refused: [String] = []
            for version in [Cgroup.Version.v2, .v1] {
                do {
                    return Finding(cap: try Cgroup(version), refused: refused)
                } catch {
                    refused.append("\(version == .v2 ? "cgroup2" : "cgroup1"): \(error.message)")
                }
            }
            return Finding(cap: DataLimit(), refused: refused)
        }
    }
}

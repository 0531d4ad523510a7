import Foundation
package import Glibc

/// A process that a host or one of its functions has started, as /proc shows it.
package struct HostedProcess: Sendable, Hashable, CustomStringConvertible {
    package enum Role: Sendable, Hashable {
        /// Child of the host: sees that nothing of a zygote is left.
        case guardian
        /// Child of a guardian: loads a library and forks instances.
        case zygote
        /// Child of a zygote that leads its own session.
        case instance
        /// Whatever else: started by a function.
        case other
    }

    package let pid: pid_t
    package let parent: pid_t
    package let session: pid_t
    /// As in proc(5): R, S, D, Z and so on.
    package let state: Character
    /// Function it belongs to; nil when it has ended and only waits to be reaped.
    package let function: String?
    package let role: Role

    package var description: String {
        "\(self.role) \(self.pid) of \(self.function ?? "?") (parent \(self.parent), state \(self.state))"
    }

    /// All processes that belong to a host: its descendants, and those that have lost it but still are in its folder or have
    /// one of its libraries loaded.
    package static func all(ofHost host: pid_t, folder: String) -> [HostedProcess] {
        let stats = Stat.all()
        let byPID = Dictionary(stats.map { ($0.pid, $0) }) { first, _ in first }
        return stats.compactMap { stat in
            guard stat.pid != host, stat.pid != getpid() else { return nil }
            let line = Self.ancestors(of: stat, byPID)
            let isDescendant = line.contains { $0 == host }
            guard isDescendant || Self.mentions(stat.pid, folder) else { return nil }
            // Not lazily: a lazy compactMap asks twice, and a process may end in between.
            let name = ([stat.pid] + line).compactMap { Self.function(of: $0) }.first
            let role: Role =
                switch line.firstIndex(of: host) {
                case 0: .guardian
                case 1: .zygote
                case 2 where stat.session == stat.pid: .instance
                default: .other
                }
            return HostedProcess(
                pid: stat.pid, parent: stat.parent, session: stat.session, state: stat.state, function: name, role: role
            )
        }
    }

    private static func ancestors(of stat: Stat, _ byPID: [pid_t: Stat]) -> [pid_t] {
        var line: [pid_t] = []
        var next = stat.parent
        while next > 1, line.count < 32 {
            line.append(next)
            next = byPID[next]?.parent ?? 0
        }
        return line
    }

    /// Whether it works in `folder` or has a file of it mapped.
    private static func mentions(_ pid: pid_t, _ folder: String) -> Bool {
        if let directory = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd"),
            directory.hasPrefix(folder)
        {
            return true
        }
        return ProcFile.text("/proc/\(pid)/maps").contains(folder)
    }

    private static func function(of pid: pid_t) -> String? {
        let name = "AWS_LAMBDA_FUNCTION_NAME="
        return ProcFile.text("/proc/\(pid)/environ").split(separator: "\0").first { $0.hasPrefix(name) }
            .map { String($0.dropFirst(name.count)) }
    }

    private struct Stat {
        let pid: pid_t
        let state: Character
        let parent: pid_t
        let session: pid_t

        static func all() -> [Stat] {
            let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            return entries.compactMap { pid_t($0) }.compactMap(Stat.init)
        }

        /// nil when the process is gone.
        init?(_ pid: pid_t) {
            let text = ProcFile.text("/proc/\(pid)/stat")
            // The name in between may hold anything, parentheses too.
            guard let end = text.lastIndex(of: ")") else { return nil }
            let fields = text[text.index(after: end)...].split(separator: " ")
            guard fields.count > 3, let parent = pid_t(fields[1]), let session = pid_t(fields[3]) else { return nil }
            self.pid = pid
            self.state = fields[0].first ?? "?"
            self.parent = parent
            self.session = session
        }
    }
}

/// Reads files of /proc, whose size says nothing.
enum ProcFile {
    /// The whole content; "" when it is not there or not allowed.
    static func text(_ path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 1) { buffer in
            while true {
                let count = read(descriptor, buffer.baseAddress, buffer.count)
                guard count > 0 else { return }
                bytes += buffer[0..<count]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

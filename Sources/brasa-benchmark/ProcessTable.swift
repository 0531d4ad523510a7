import Foundation
import Glibc

/// What the kernel says about processes.
enum ProcessTable {
    /// Children of `pid` that have not ended.
    static func children(of pid: Int32) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { candidate in
            guard let fields = self.fields(of: candidate), fields.count > 1 else { return false }
            return fields[1] == "\(pid)" && fields[0] != "Z"
        }
    }

    /// Children of `pid`, their children and so on.
    static func descendants(of pid: Int32) -> [Int32] {
        let children = self.children(of: pid)
        return children + children.flatMap { self.descendants(of: $0) }
    }

    /// Pages nobody else maps, in KB; nil when the process is gone.
    static func privateKilobytes(of pid: Int32) -> Double? {
        guard let text = self.read("/proc/\(pid)/smaps_rollup") else { return nil }
        var sum = 0.0
        for line in text.split(separator: "\n")
        where line.hasPrefix("Private_Clean:") || line.hasPrefix("Private_Dirty:") {
            sum += Double(line.split(separator: " ", omittingEmptySubsequences: true)[1]) ?? 0
        }
        return sum
    }

    /// CPU seconds used so far.
    static func cpuSeconds(of pid: Int32) -> Double {
        guard let fields = self.fields(of: pid), fields.count > 12 else { return 0 }
        return ((Double(fields[11]) ?? 0) + (Double(fields[12]) ?? 0)) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Memory the kernel could still give out, in KB.
    static func availableKilobytes() -> Double {
        let lines = (self.read("/proc/meminfo") ?? "").split(separator: "\n")
        let line = lines.first { $0.hasPrefix("MemAvailable:") } ?? ""
        let words = line.split(separator: " ", omittingEmptySubsequences: true)
        return words.count > 1 ? Double(words[1]) ?? 0 : 0
    }

    /// The fields of proc_pid_stat(5) from the state on.
    private static func fields(of pid: Int32) -> [Substring]? {
        guard let text = self.read("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else { return nil }
        return text[text.index(after: end)...].split(separator: " ", omittingEmptySubsequences: true)
    }

    private static func read(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}

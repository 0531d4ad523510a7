import Glibc

/// Memory caps by control groups, one leaf for each instance; both versions differ in file names only.
///
/// Source: https://docs.kernel.org/admin-guide/cgroup-v2.html, cgroup-v1/memory.html
package struct Cgroup: MemoryCap {
    package enum Version: Sendable {
        case v1, v2
    }

    package let version: Version
    /// Folder of this host's leaves, below the group the host runs in.
    let folder: String

    package var name: String { self.version == .v2 ? "cgroup2" : "cgroup1" }

    /// Finds out by trying whether `version` works here: makes a leaf, caps it, removes it.
    ///
    /// - Throws: `MemoryCapError` with the first thing that was refused.
    package init(_ version: Version) throws(MemoryCapError) {
        self.version = version
        let own = try Self.ownGroup(version)
        self.folder = "\(own)/brasa-\(getpid())"
        Self.removeStale(in: own)
        if version == .v2 { try Self.delegate(own) }
        try SystemFile.makeFolder(self.folder)
        if version == .v2 { try SystemFile.write("+memory", to: "\(self.folder)/cgroup.subtree_control") }
        let probe = try self.makeLeaf(name: "probe", limitBytes: 64 << 20)
        probe.remove()
    }

    package func makeLeaf(name: String, limitBytes: Int) throws(MemoryCapError) -> any MemoryLeaf {
        let path = "\(self.folder)/\(name)"
        try SystemFile.makeFolder(path)
        switch self.version {
        case .v1:
            try SystemFile.write("\(limitBytes)", to: "\(path)/memory.limit_in_bytes")
            // Swap would only make an instance over its cap slow; not every kernel accounts it.
            try? SystemFile.write("\(limitBytes)", to: "\(path)/memory.memsw.limit_in_bytes")
        case .v2:
            try SystemFile.write("\(limitBytes)", to: "\(path)/memory.max")
            try? SystemFile.write("0", to: "\(path)/memory.swap.max")
            try? SystemFile.write("1", to: "\(path)/memory.oom.group")
        }
        let descriptor = open("\(path)/cgroup.procs", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemFile.failure("open", "\(path)/cgroup.procs") }
        return CgroupLeaf(path: path, version: self.version, joinDescriptor: descriptor)
    }

    package func tearDown() {
        // Leaves that cannot be removed yet stay, and the next host removes them.
        for leaf in Self.entries(self.folder) { rmdir("\(self.folder)/\(leaf)") }
        rmdir(self.folder)
    }

    private static func ownGroup(_ version: Version) throws(MemoryCapError) -> String {
        let groups = SystemFile.read("/proc/self/cgroup") ?? ""
        for line in groups.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let path = parts[2] == "/" ? "" : String(parts[2])
            switch version {
            case .v1 where parts[1].split(separator: ",").contains("memory"):
                return "/sys/fs/cgroup/memory\(path)"
            case .v2 where parts[0] == "0":
                let root =
                    access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0 ? "/sys/fs/cgroup" : "/sys/fs/cgroup/unified"
                guard let controllers = SystemFile.read("\(root)\(path)/cgroup.controllers"),
                    controllers.split(whereSeparator: \.isWhitespace).contains("memory")
                else {
                    throw MemoryCapError(message: "\(root)\(path)/cgroup.controllers does not offer 'memory'.")
                }
                return "\(root)\(path)"
            default:
                continue
            }
        }
        throw MemoryCapError(message: "/proc/self/cgroup names no group with a memory controller of this version.")
    }

    /// Lets groups below `own` have the memory controller.
    ///
    /// A group with processes in it may not, so when the kernel says EBUSY the host moves into a leaf of its own first.
    private static func delegate(_ own: String) throws(MemoryCapError) {
        let control = "\(own)/cgroup.subtree_control"
        if (SystemFile.read(control) ?? "").split(whereSeparator: \.isWhitespace).contains("memory") { return }
        do {
            try SystemFile.write("+memory", to: control)
        } catch {
            let host = "\(own)/brasa-host"
            try SystemFile.makeFolder(host)
            try SystemFile.write("\(getpid())", to: "\(host)/cgroup.procs")
            try SystemFile.write("+memory", to: control)
        }
    }

    /// Removes what hosts that were killed have left: their leaves are empty, because instances die with their host.
    private static func removeStale(in own: String) {
        for entry in Self.entries(own) where entry.hasPrefix("brasa-") {
            guard let pid = Int32(entry.dropFirst("brasa-".count)), pid != getpid(), kill(pid, 0) != 0 else { continue }
            for leaf in Self.entries("\(own)/\(entry)") { rmdir("\(own)/\(entry)/\(leaf)") }
            rmdir("\(own)/\(entry)")
        }
    }

    private static func entries(_ folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            guard entry.pointee.d_type == UInt8(DT_DIR) else { continue }
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}

/// A leaf of a control group.
final class CgroupLeaf: MemoryLeaf {
    let path: String
    let version: Cgroup.Version
    let joinDescriptor: Int32
    var dataLimitBytes: Int { 0 }
    var needsWatching: Bool { false }

    init(path: String, version: Cgroup.Version, joinDescriptor: Int32) {
        self.path = path
        self.version = version
        self.joinDescriptor = joinDescriptor
    }

    func lift() {
        switch self.version {
        case .v1:
            // This one first: it may not be below the other.
            try? SystemFile.write("-1", to: "\(self.path)/memory.memsw.limit_in_bytes")
            try? SystemFile.write("-1", to: "\(self.path)/memory.limit_in_bytes")
        case .v2:
            try? SystemFile.write("max", to: "\(self.path)/memory.max")
        }
    }

    func wasOutOfMemory() -> Bool {
        let file = self.version == .v2 ? "memory.events" : "memory.oom_control"
        for line in (SystemFile.read("\(self.path)/\(file)") ?? "").split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, words[0] == "oom_kill" { return words[1] != "0" }
        }
        return false
    }

    func remove() {
        close(self.joinDescriptor)
        if rmdir(self.path) == 0 { return }
        if self.version == .v2 { try? SystemFile.write("1", to: "\(self.path)/cgroup.kill") }
        // Whatever an instance started is still in its group, also when it left the session.
        for _ in 0..<100 {
            for word in (SystemFile.read("\(self.path)/cgroup.procs") ?? "").split(separator: "\n") {
                if let pid = Int32(word), pid > 1 { kill(pid, SIGKILL) }
            }
            if rmdir(self.path) == 0 || errno == ENOENT { return }
            usleep(2_000)
        }
    }
}

import BrasaTesting
import Foundation

/// What a host holds at one moment.
struct HostResources: CustomStringConvertible {
    let memoryBytes: Int
    let descriptors: Int
    let processes: Int
    /// Libraries in the state folder.
    let libraries: Int
    let scratchFolders: Int

    var description: String {
        "\(self.memoryBytes >> 10) KiB, \(self.descriptors) descriptors, \(self.processes) processes, "
            + "\(self.libraries) libraries, \(self.scratchFolders) scratch folders"
    }

    /// Once old versions have drained and old libraries are removed: a guardian and a zygote are left of the host's processes.
    static func settled(_ host: RunningHost) throws -> HostResources {
        try waitUntil("old versions and libraries to go", within: 60) {
            let now = HostResources(host)
            return now.libraries <= 4 && now.processes == 2
                && host.processes(of: "generation").count { $0.role == .zygote } == 1
        }
        return HostResources(host)
    }

    init(_ host: RunningHost) {
        let files = FileManager.default
        func entries(_ path: String) -> Int { (try? files.contentsOfDirectory(atPath: path))?.count ?? 0 }
        let status = (try? String(contentsOfFile: "/proc/\(host.pid)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        self.memoryBytes = (Int(line.split(whereSeparator: { !$0.isNumber }).first ?? "") ?? 0) << 10
        self.descriptors = entries("/proc/\(host.pid)/fd")
        self.processes = host.processes().count { $0.role != .instance }
        self.libraries = entries("\(host.folder.state)/blobs")
        self.scratchFolders = entries("\(host.folder.state)/scratch")
    }
}

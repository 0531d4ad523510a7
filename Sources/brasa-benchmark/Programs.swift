import Foundation

/// The programs and libraries a run needs; they are built into one folder.
struct Programs: Sendable {
    /// Something that was not built.
    struct Missing: Error, CustomStringConvertible {
        let path: String

        var description: String { "\(self.path) is missing: run tools/benchmark, which builds all that is needed." }
    }

    let worker: String
    let floor: String
    /// The function that is called: small, in C.
    let function: String
    /// Libraries of other functions, loaded by the host that idles.
    let otherFunctions: [String]
    /// Servers of others to compare with; nil: not there.
    var moto: String?
    var redis: String?

    /// Those beside this program.
    static func beside() throws(Missing) -> Programs {
        let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let folder = URL(fileURLWithPath: executable).deletingLastPathComponent()
        func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
        let others = [path("libhello-cpp.so"), path("libhello-swift.so")]
        let programs = Programs(
            worker: path("brasa-worker"), floor: path("brasa-floor"), function: path("libhello-c.so"),
            otherFunctions: others.filter { FileManager.default.fileExists(atPath: $0) })
        for needed in [programs.worker, programs.floor, programs.function]
        where !FileManager.default.fileExists(atPath: needed) {
            throw Missing(path: needed)
        }
        return programs
    }
}

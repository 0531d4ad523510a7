import Foundation

/// Where the program is that runs functions.
struct WorkerLocation: Sendable, Hashable {
    static let programName = "brasa-worker"
    /// Absolute, and a program.
    let path: String

    /// Looks at `BRASA_WORKER`, else beside this program.
    ///
    /// - Parameter executable: path of this program; nil when it is not known.
    /// - Throws: `CommandFailure` that says where it was looked for.
    static func find(
        environment: [String: String], executable: String? = Self.executablePath
    ) throws(CommandFailure) -> WorkerLocation {
        if let named = environment["BRASA_WORKER"], !named.isEmpty {
            guard self.isProgram(named) else {
                throw CommandFailure(.failed, "BRASA_WORKER is \(named), which is no program that can be run.")
            }
            return WorkerLocation(path: URL(fileURLWithPath: named).path)
        }
        guard let executable else {
            throw CommandFailure(
                .failed, "It is not known where brasa is, so \(self.programName) cannot be found: set BRASA_WORKER.")
        }
        let beside = URL(fileURLWithPath: executable).deletingLastPathComponent()
            .appendingPathComponent(self.programName).path
        guard self.isProgram(beside) else {
            throw CommandFailure(
                .failed,
                "The program \(self.programName), which runs functions, is not at \(beside): build it with "
                    + "`swift build --product \(self.programName)`, or set BRASA_WORKER to where it is.")
        }
        return WorkerLocation(path: beside)
    }

    /// Path of the running program, links followed; nil without /proc.
    static var executablePath: String? { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") }

    private static func isProgram(_ path: String) -> Bool {
        var about = stat()
        return stat(path, &about) == 0 && about.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }
}

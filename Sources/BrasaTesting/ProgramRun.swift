import Foundation
import Glibc

/// A program that was run to its end, and what it printed.
package struct ProgramRun: Sendable, Hashable {
    /// The program could not be started, or its end not be seen.
    package struct RunError: Error, CustomStringConvertible {
        package let message: String

        package var description: String { self.message }
    }

    /// As `waitpid` gives it.
    package let status: Int32
    /// What it wrote to stdout and stderr, in order.
    package let output: String

    /// nil when it ended by a signal.
    package var exitStatus: Int32? { self.status & 0x7f == 0 ? (self.status >> 8) & 0xff : nil }

    /// The signal that ended it; nil when it exited.
    package var signal: Int32? { self.status & 0x7f == 0 ? nil : self.status & 0x7f }

    /// Runs the program at `path` with stdin empty and the environment of this process plus `environment`; blocks until its end.
    package init(path: String, arguments: [String], environment: [String: String] = [:]) throws {
        let outputPath = try FixtureLibrary.makeFolder() + "/output"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        // A file and not a pipe: nobody has to read while the program runs.
        posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
            .map { "\($0.key)=\($0.value)" }
        Spawn.keepDescriptorsHere()
        var child = pid_t()
        let code = Self.withCStrings([path] + arguments) { argumentPointers in
            Self.withCStrings(variables) { posix_spawn(&child, path, &actions, nil, argumentPointers, $0) }
        }
        guard code == 0 else {
            throw RunError(message: "\(path) cannot be started: \(String(cString: strerror(code))).")
        }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else {
                throw RunError(message: "\(path) cannot be waited for: \(String(cString: strerror(errno))).")
            }
        }
        self.status = status
        self.output = String(decoding: try Data(contentsOf: URL(fileURLWithPath: outputPath)), as: UTF8.self)
    }

    private static func withCStrings<Result>(
        _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) } + [nil]
        defer { pointers.forEach { free($0) } }
        return pointers.withUnsafeMutableBufferPointer { body(UnsafePointer($0.baseAddress!)) }
    }
}

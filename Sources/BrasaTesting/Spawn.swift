import Foundation
import Glibc

/// Starts programs that run beside the tests.
enum Spawn {
    /// Starts `program` with the environment of this process and `environment`; returns its pid, which the caller reaps.
    ///
    /// - Parameters:
    ///   - input: its standard input; nil: empty.
    ///   - output: its standard output; nil: nowhere.
    ///   - errorFile: file its standard error is added to.
    static func start(
        _ program: String, _ arguments: [String], environment: [String: String], input: Int32?, output: Int32?,
        errorFile: String
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        if let output {
            posix_spawn_file_actions_adddup2(&actions, output, 1)
        } else {
            posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        }
        posix_spawn_file_actions_addopen(&actions, 2, errorFile, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0.key)=\($0.value)" }
        self.keepDescriptorsHere()
        var pid = pid_t()
        let status = self.withCStrings([program] + arguments) { arguments in
            self.withCStrings(variables) { posix_spawn(&pid, program, &actions, nil, arguments, $0) }
        }
        guard status == 0 else {
            throw HarnessError("\(program) cannot be started: \(String(cString: strerror(status))).")
        }
        return pid
    }

    /// Has nothing open in programs that are started from now on but what they are given.
    ///
    /// URLSession, for one, makes its sockets without `O_CLOEXEC`: hosts would count them as their own, and hold connections
    /// of other tests open.
    static func keepDescriptorsHere() {
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        // One that is closed meanwhile is no failure.
        for descriptor in open.compactMap(Int32.init) where descriptor > 2 {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }

    private static func withCStrings<Result>(
        _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) } + [nil]
        defer { pointers.forEach { free($0) } }
        return pointers.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("an array with an end has an address") }
            return body(UnsafePointer(base))
        }
    }
}

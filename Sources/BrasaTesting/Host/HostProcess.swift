import Foundation
package import Glibc
import Synchronization

/// `brasa serve` or `brasa dev` as a child process; killed with this object, and also when the tests are killed.
package final class HostProcess: Sendable {
    /// What the host says when it is ready.
    package struct Ready: Decodable, Sendable {
        package struct Address: Decodable, Sendable {
            package let host: String
            package let port: Int
        }

        package let gateway: Address
        package let control: Address
        package let pid: Int32
        package let memoryCap: String
        package let functionCount: Int
    }

    private enum State {
        case running(guardInput: Int32, guardPID: pid_t)
        case ended(waitStatus: Int32)
    }

    package let pid: pid_t
    package let ready: Ready
    private let state: Mutex<State>

    /// Starts the host and waits until it answers.
    ///
    /// - Parameters:
    ///   - command: `serve` or `dev`.
    ///   - isJSON: whether it writes JSON; otherwise the pid and the memory cap of `ready` are left at 0 and "".
    ///   - outputFile: file its standard output is added to, for a host that goes on writing; nil: it writes one line.
    /// - Throws: `HarnessError` with what it wrote when it does not come up.
    package init(
        _ folder: HostFolder, command: String = "serve", environment: [String: String] = [:],
        arguments: [String] = [], isJSON: Bool = true, outputFile: String? = nil
    ) throws {
        let output = try Self.pipe()
        defer { close(output.reading) }
        let program = BuiltProgram.path("brasa")
        var writing = output.writing
        if let outputFile {
            writing = open(outputFile, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            guard writing >= 0 else { throw HarnessError("Cannot write \(outputFile).") }
        }
        self.pid = try Spawn.start(
            program,
            [
                command, "--config", folder.configuration, "--functions", folder.functions, "--state", folder.state,
                "--gateway-port", "0", "--control-port", "0",
            ] + (isJSON ? ["--json"] : []) + arguments, environment: environment, input: nil, output: writing,
            errorFile: folder.logFile)
        close(output.writing)
        if outputFile != nil { close(writing) }
        let pid = self.pid
        do {
            self.ready = try outputFile.map { try Self.readReady($0, pid: pid) } ?? Self.readReady(output.reading)
        } catch {
            kill(pid, SIGKILL)
            _ = Self.reap(pid)
            throw HarnessError("\(program) does not come up. \(error)\n\(folder.log)")
        }
        // Ends when the tests do, however they do, and then takes the host along.
        let life = try Self.pipe()
        defer { close(life.reading) }
        let guardPID = try Spawn.start(
            "/bin/sh", ["-c", "read -r line; kill -9 \"$0\"", "\(pid)"], environment: [:], input: life.reading,
            output: nil,
            errorFile: "/dev/null")
        self.state = Mutex(.running(guardInput: life.writing, guardPID: guardPID))
    }

    deinit { _ = self.end(by: SIGKILL) }

    /// Ends it by a signal and waits for that.
    ///
    /// Returns what `waitpid` gave, also when it had ended before.
    @discardableResult
    package func end(by signal: Int32) -> Int32 {
        self.state.withLock { state in
            switch state {
            case .ended(let status): return status
            case .running(let input, let guardPID):
                // First, so that it cannot kill whoever gets the pid next.
                kill(guardPID, SIGKILL)
                _ = Self.reap(guardPID)
                close(input)
                kill(self.pid, signal)
                let status = Self.reap(self.pid)
                state = .ended(waitStatus: status)
                return status
            }
        }
    }

    /// Whether it has ended by itself.
    package var hasEnded: Bool {
        if case .ended = self.state.withLock({ $0 }) { return true }
        var information = siginfo_t()
        let status = waitid(P_PID, id_t(self.pid), &information, WEXITED | WNOHANG | WNOWAIT)
        return status == 0 && information.si_signo == SIGCHLD
    }

    private static func pipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { throw HarnessError("No pipe: \(String(cString: strerror(errno))).") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func reap(_ pid: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return status
    }

    private static func readReady(_ file: String, pid: pid_t) throws -> Ready {
        try waitFor("the host to be ready", within: 120) {
            var information = siginfo_t()
            _ = waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT)
            guard information.si_signo != SIGCHLD else { throw HarnessError("It has ended.") }
            let text = String(decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            if let line = lines.first(where: { $0.contains("\"event\":\"ready\"") }) {
                return try Self.decode(Data(line.utf8))
            }
            let pattern = /at http:\/\/127\.0\.0\.1:(\d+), control port at http:\/\/127\.0\.0\.1:(\d+),/
            guard let found = try? pattern.firstMatch(in: text), let gateway = Int(found.1), let control = Int(found.2)
            else { return nil }
            return Ready(
                gateway: Ready.Address(host: "127.0.0.1", port: gateway),
                control: Ready.Address(host: "127.0.0.1", port: control), pid: 0, memoryCap: "", functionCount: 0)
        }
    }

    private static func decode(_ line: Data) throws -> Ready {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Ready.self, from: line)
    }

    private static func readReady(_ descriptor: Int32) throws -> Ready {
        // Generous: other tests build and run at the same time, and a new state takes dozens of syncs.
        let deadline = Deadline(after: 120)
        var line: [UInt8] = []
        while line.last != UInt8(ascii: "\n") {
            var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&watched, 1, deadline.millisecondsLeft) > 0 else {
                if errno == EINTR, !deadline.hasPassed { continue }
                throw HarnessError("It has not said that it is ready within 120 seconds.")
            }
            var byte: UInt8 = 0
            guard read(descriptor, &byte, 1) == 1 else { throw HarnessError("It has ended.") }
            line.append(byte)
        }
        return try Self.decode(Data(line))
    }
}

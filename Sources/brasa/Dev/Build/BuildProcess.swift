import CBrasaTransport
import Foundation
import Synchronization

/// A command line that runs in a process group of its own.
final class BuildProcess: Sendable {
    /// It could not be started.
    struct StartError: Error {
        /// A sentence's end.
        let reason: String
    }

    /// How long it has to end by itself after it was told to, in seconds.
    private static let graceSeconds = 2.0

    private enum State {
        case running
        case ending(since: Double)
        case ended
    }

    private let pid: pid_t
    private let handle: Int32
    private let output: Int32
    private let state = Mutex(State.running)

    /// Starts `/bin/sh -c COMMAND`.
    ///
    /// Its input is empty; output and errors come together.
    ///
    /// - Throws: `StartError`.
    init(_ command: String, folder: String, environment: [String: String]) throws(StartError) {
        var ends: [Int32] = [-1, -1]
        let piped = brasa_process_pipe(&ends)
        guard piped == 0 else { throw StartError(reason: Self.reason(-piped)) }
        defer { close(ends[1]) }
        let pid = Self.withCStrings(environment.map { "\($0.key)=\($0.value)" }) {
            brasa_process_shell(command, folder, $0, ends[1])
        }
        guard pid > 0 else {
            close(ends[0])
            throw StartError(reason: "it cannot be started in \(folder): \(Self.reason(-pid))")
        }
        self.pid = pid
        self.output = ends[0]
        self.handle = brasa_process_open(pid)
    }

    /// Waits for its end, with all it started, and hands its lines over as they come.
    ///
    /// Cancelled with its task: the whole group is told to end, and killed when it does not. To be called once.
    ///
    /// - Returns: what `waitpid` gives.
    func wait(_ onLine: @escaping @Sendable (String) -> Void) async -> Int32 {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // A thread of its own, because it waits for two things at once and for as long as a build takes.
                Thread.detachNewThread { continuation.resume(returning: self.follow(onLine)) }
            }
        } onCancel: {
            self.end()
        }
    }

    private func end() {
        self.state.withLock { state in
            guard case .running = state else { return }
            state = .ending(since: ProcessInfo.processInfo.systemUptime)
            kill(-self.pid, SIGTERM)
        }
    }

    private func follow(_ onLine: (String) -> Void) -> Int32 {
        var lines = LineSplitter()
        var isOpen = true
        while true {
            // Without a descriptor for the process, a look now and then has to do.
            var watched = [
                pollfd(fd: isOpen ? self.output : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: self.handle, events: Int16(POLLIN), revents: 0),
            ]
            poll(&watched, 2, 100)
            if isOpen { isOpen = self.read(into: &lines, onLine) }
            self.killWhenDue()
            var about = siginfo_t()
            // Left for `waitpid`: until then nobody else can get its number, and its group can be killed.
            if waitid(P_PID, id_t(self.pid), &about, WEXITED | WNOHANG | WNOWAIT) == 0, about.si_signo == SIGCHLD {
                break
            }
        }
        _ = self.read(into: &lines, onLine)
        if let rest = lines.finish() { onLine(rest) }
        return self.reap()
    }

    /// Reads what is there; false at the end of it.
    private func read(into lines: inout LineSplitter, _ onLine: (String) -> Void) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = Foundation.read(self.output, &buffer, buffer.count)
            guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
            for line in lines.add(buffer[0..<count]) { onLine(line) }
        }
    }

    private func killWhenDue() {
        self.state.withLock { state in
            guard case .ending(let since) = state,
                ProcessInfo.processInfo.systemUptime - since > Self.graceSeconds
            else { return }
            kill(-self.pid, SIGKILL)
        }
    }

    private func reap() -> Int32 {
        self.state.withLock { state in
            // A build is over when its command is: what it left in the background is no longer wanted.
            kill(-self.pid, SIGKILL)
            var status: Int32 = 0
            while waitpid(self.pid, &status, 0) < 0, errno == EINTR {}
            state = .ended
            close(self.output)
            if self.handle >= 0 { close(self.handle) }
            return status
        }
    }

    /// A sentence's end for what `waitpid` gave; nil: it succeeded.
    static func problem(_ status: Int32) -> String? {
        let signal = status & 0x7f
        if signal != 0 { return "ended by signal \(signal)" }
        let code = (status >> 8) & 0xff
        return code == 0 ? nil : "exit status \(code)"
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

    private static func withCStrings<Result>(
        _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("an array with an end has an address") }
            return body(UnsafePointer(base))
        }
    }
}

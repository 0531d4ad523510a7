package import BrasaModel
import CBrasaTransport
import FoundationEssentials
import Glibc

/// Lets a library say what functions it has, in a process of its own: describing runs its code, which may crash or hang.
///
/// Its constructors and its entry point run; `init` does not, since that may need what only the host gives.
package struct ModuleProbe: Sendable {
    /// What came of it.
    package enum Verdict: Sendable, Hashable {
        case described(ModuleDescription)
        /// It could not be loaded, ended its process, or took too long.
        case refused(Failure)
    }

    /// What a library said and printed.
    package struct Finding: Sendable, Hashable {
        package let verdict: Verdict
        /// What it wrote to standard output and error meanwhile.
        package let output: String
    }

    private let workerPath: String
    private let temporaryFolder: String
    private let limitMilliseconds: Int

    /// - Parameters:
    ///   - workerPath: the `brasa-worker` program.
    ///   - temporaryFolder: where a working directory for it is made and removed.
    ///   - limitMilliseconds: time the library has, from the start of its process.
    package init(workerPath: String, temporaryFolder: String, limitMilliseconds: Int = 10_000) {
        self.workerPath = workerPath
        self.temporaryFolder = temporaryFolder
        self.limitMilliseconds = limitMilliseconds
    }

    /// Starts the process, waits for the description, and ends it; no process is left.
    ///
    /// Blocks a thread for the moment in which the process is reaped.
    ///
    /// - Throws: `SupervisorError` when the process cannot be had. That the library fails is a verdict.
    package func run(libraryPath: String) async throws(SupervisorError) -> Finding {
        var template = Array("\(self.temporaryFolder)/brasa-inspect-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw SupervisorError(verb: "make a folder in \(self.temporaryFolder)", errno: errno)
        }
        let scratch = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { Folder.remove(scratch) }
        let doorbell = brasa_process_eventfd()
        guard doorbell >= 0 else { throw SupervisorError(verb: "make an eventfd", errno: -doorbell) }
        defer { close(doorbell) }

        let (events, continuation) = AsyncStream.makeStream(of: ZygoteEvent.self)
        let supervisor = Supervisor(workerPath: self.workerPath, doorbell: doorbell) { continuation.yield($1) }
        defer { supervisor.stop() }
        let control = try supervisor.launch(
            1, title: "brasa-worker: inspect",
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": ":UTC", "HOME": "/tmp"])
        defer { supervisor.close(1) }
        try Self.sendStart(library: Self.absolute(libraryPath), scratch: scratch, to: control)

        let limit = Duration.milliseconds(self.limitMilliseconds)
        return await withTaskGroup(of: Void.self) { group in
            // Not a kill: a child of the library may hold the socket open, and then no end would be seen.
            group.addTask { await Self.finish(continuation, after: limit) }
            var record = Record(limitMilliseconds: self.limitMilliseconds)
            for await event in events {
                let isFirstVerdict = record.verdict == nil
                if record.add(event) { break }
                if isFirstVerdict, record.verdict != nil {
                    // The process ends by itself now; what it printed is complete then. Not waited for to no end: see above.
                    group.addTask { await Self.finish(continuation, after: .seconds(5)) }
                }
            }
            group.cancelAll()
            return record.finding
        }
    }

    private static func finish(_ events: AsyncStream<ZygoteEvent>.Continuation, after delay: Duration) async {
        if (try? await Task.sleep(for: delay)) != nil { events.finish() }
    }

    /// What has been seen so far.
    private struct Record {
        let limitMilliseconds: Int
        var phase = Failure.Phase.load
        var verdict: Verdict?
        var output = ""

        /// Returns whether this was the last event.
        mutating func add(_ event: ZygoteEvent) -> Bool {
            switch event {
            case .phase(let life): self.phase = Failure.Phase(life: UInt32(bitPattern: life)) ?? self.phase
            case .ready(_, _, let description, _): self.verdict = ModuleProbe.verdict(description)
            case .failed(let life, let type, let message):
                let phase = Failure.Phase(life: UInt32(bitPattern: life)) ?? self.phase
                self.verdict = .refused(
                    Failure(kind: .initialization, errorType: type, message: message, phase: phase))
            case .output(let text): self.output += text
            case .forked(_, _, let pidfd):
                if pidfd >= 0 { close(pidfd) }
            case .exited: break
            case .ended(let status):
                self.verdict = self.verdict ?? .refused(.ended(waitStatus: status, phase: self.phase))
                return true
            }
            return false
        }

        var finding: Finding {
            let timedOut = Failure.initTimedOut(milliseconds: self.limitMilliseconds, phase: self.phase)
            return Finding(verdict: self.verdict ?? .refused(timedOut), output: self.output)
        }
    }

    private static func verdict(_ description: String) -> Verdict {
        do {
            return .described(try JSONDecoder().decode(ModuleDescription.self, from: Data(description.utf8)))
        } catch {
            return .refused(
                Failure(
                    kind: .initialization, errorType: "Runtime.InvalidEntrypoint",
                    message: "The library's description of itself cannot be read: \(error).", phase: .load))
        }
    }

    private static func sendStart(library: String, scratch: String, to control: Int32) throws(SupervisorError) {
        let message = ControlMessage()
        message.begin(BRASA_CONTROL_START, flags: BRASA_CONTROL_DESCRIBE.rawValue)
        for text in [library, "", "inspect", "$LATEST", scratch, "{}", ""] where !message.append(text) {
            throw SupervisorError(verb: "tell a process to load \(library)", errno: ENAMETOOLONG)
        }
        let status = message.send(to: control)
        // One that is gone already is told by its end.
        guard status == 0 || status == -EPIPE || status == -ECONNRESET else {
            throw SupervisorError(verb: "tell a process to load \(library)", errno: -status)
        }
    }

    /// The worker works in another folder.
    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
    }
}

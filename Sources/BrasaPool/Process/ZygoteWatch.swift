import CBrasaTransport
import Glibc

/// The supervisor's view of its zygotes.
///
/// Lives on the supervisor's thread.
struct ZygoteWatch {
    private struct Entry {
        var pid: Int32
        var control: Int32
        /// Reading end of the zygote's own output; -1 once it has ended.
        var output: Int32
        /// It has sent what is not the protocol; nothing it says counts any more.
        var isRefused = false
        var hasEnded = false
    }

    private var zygotes: [UInt64: Entry] = [:]
    /// Guardians whose sockets are closed and that have not ended yet, by their pidfd.
    private var leaving: [Int32: Int32] = [:]
    private let poller: Poller
    private let onEvent: @Sendable (UInt64, ZygoteEvent) -> Void
    private let message = ControlMessage()

    init(poller: Poller, onEvent: @escaping @Sendable (UInt64, ZygoteEvent) -> Void) {
        self.poller = poller
        self.onEvent = onEvent
    }

    // A zygote's tags: twice its identity for the control socket, one more for its output. Identities start at 1.
    private static func tag(_ id: UInt64, output: Bool = false) -> UInt64 { id * 2 + (output ? 1 : 0) }
    /// Added to the descriptor of a process that is leaving.
    private static let leavingTag: UInt64 = 1 << 63

    mutating func launch(
        _ id: UInt64, program: String, title: String, environment: [String: String], control: Int32, peer: Int32,
        doorbell: Int32
    ) {
        var ends: (Int32, Int32) = (-1, -1)
        let status = withUnsafeMutablePointer(to: &ends) {
            $0.withMemoryRebound(to: Int32.self, capacity: 2) { brasa_process_pipe($0) }
        }
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") }
        variables.append(nil)
        let pid =
            status != 0
            ? status : brasa_process_spawn(program, title, &variables, peer, doorbell, ends.1)
        for variable in variables { free(variable) }
        Glibc.close(peer)
        if ends.1 >= 0 { Glibc.close(ends.1) }
        self.zygotes[id] = Entry(pid: pid, control: control, output: ends.0)
        guard pid > 0 else {
            self.onEvent(
                id,
                .failed(
                    phase: Int32(BRASA_LIFE_START.rawValue), errorType: "Runtime.Unknown",
                    message: "Cannot start \(program): \(String(cString: strerror(-pid)))."))
            self.end(id, waitStatus: 0)
            return
        }
        self.poller.add(control, tag: Self.tag(id))
        self.poller.add(ends.0, tag: Self.tag(id, output: true))
    }

    /// Ends a zygote and all its processes; its end is told when nothing of them is left.
    mutating func kill(_ id: UInt64) {
        guard let entry = self.zygotes[id], !entry.hasEnded, entry.pid > 0 else { return }
        // Its guardian takes that for the end.
        shutdown(entry.control, Int32(SHUT_WR))
    }

    mutating func close(_ id: UInt64) {
        guard let entry = self.zygotes.removeValue(forKey: id) else { return }
        if !entry.hasEnded {
            self.poller.remove(entry.control)
            self.closeOutput(entry)
        }
        Glibc.close(entry.control)
        guard !entry.hasEnded, entry.pid > 0 else { return }
        let descriptor = brasa_process_open(entry.pid)
        guard descriptor >= 0 else {
            Self.reap(entry.pid)
            return
        }
        self.leaving[descriptor] = entry.pid
        self.poller.add(descriptor, tag: Self.leavingTag | UInt64(descriptor))
    }

    /// Ends all zygotes and waits until nothing of them is left.
    mutating func closeAll() {
        for id in Array(self.zygotes.keys) { self.close(id) }
        for descriptor in Array(self.leaving.keys) {
            var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            // A guardian gives up after five seconds itself, unless a function has stopped it.
            while poll(&watched, 1, 6_000) < 0, errno == EINTR {}
            self.left(descriptor)
        }
    }

    /// A guardian that nobody listens to any more has ended, or is ended.
    private mutating func left(_ descriptor: Int32) {
        guard let pid = self.leaving.removeValue(forKey: descriptor) else { return }
        self.poller.remove(descriptor)
        Glibc.close(descriptor)
        Glibc.kill(pid, SIGKILL)
        Self.reap(pid)
    }

    mutating func readable(_ tag: UInt64) {
        guard tag & Self.leavingTag == 0 else {
            self.left(Int32(truncatingIfNeeded: tag & ~Self.leavingTag))
            return
        }
        let id = tag / 2
        guard let entry = self.zygotes[id], !entry.hasEnded else { return }
        if tag % 2 == 1 {
            self.readOutput(id, entry)
        } else {
            self.readControl(id, entry)
        }
    }

    private mutating func readControl(_ id: UInt64, _ entry: Entry) {
        while true {
            var descriptors: [Int32] = [-1, -1, -1]
            let got = brasa_control_receive(entry.control, self.message.pointer, &descriptors)
            if got == -EAGAIN { return }
            let isRefused = self.zygotes[id]?.isRefused ?? true
            if got == 1, !isRefused, let event = self.decode(descriptors) {
                // One process comes with a fork; whatever else a library has sent along is not kept open.
                if case .forked = event { descriptors[0] = -1 }
                for descriptor in descriptors where descriptor >= 0 { Glibc.close(descriptor) }
                self.onEvent(id, event)
                continue
            }
            for descriptor in descriptors where descriptor >= 0 { Glibc.close(descriptor) }
            if got == 1 || got == -EPROTO {
                // A library writes to our socket.
                self.zygotes[id]?.isRefused = true
                self.kill(id)
                continue
            }
            // It has closed the socket with its last breath; any other error than that leaves nobody to talk to.
            if got != 0, got != -ECONNRESET { Glibc.kill(entry.pid, SIGKILL) }
            self.readOutput(id, entry)
            self.end(id, waitStatus: Self.reap(entry.pid))
            return
        }
    }

    private func decode(_ descriptors: [Int32]) -> ZygoteEvent? {
        let header = self.message.pointer.pointee
        let strings = self.message.strings()
        switch header.kind {
        case BRASA_CONTROL_PHASE.rawValue:
            return .phase(header.status)
        case BRASA_CONTROL_READY.rawValue where strings.count == 2:
            return .ready(
                fallsBack: header.flags & BRASA_CONTROL_EXEC.rawValue != 0,
                times: ZygoteTimes(
                    load: Self.measure(header.numbers.0), initialization: Self.measure(header.numbers.1),
                    constructors: Self.measure(header.numbers.2), began: Self.measure(header.numbers.3)),
                description: strings[0], note: strings[1])
        case BRASA_CONTROL_FAILED.rawValue where strings.count == 2:
            return .failed(phase: header.status, errorType: strings[0], message: strings[1])
        case BRASA_CONTROL_FORKED.rawValue:
            return .forked(
                instance: header.instance, pid: Int32(truncatingIfNeeded: header.numbers.0), pidfd: descriptors[0])
        case BRASA_CONTROL_EXITED.rawValue:
            return .exited(
                instance: header.instance, waitStatus: header.status, peakBytes: header.numbers.1,
                isScratchDirty: header.flags & BRASA_CONTROL_SCRATCH.rawValue != 0)
        default:
            return nil
        }
    }

    /// A time that a worker says, within what the host can calculate with; -1: not known.
    private static func measure(_ nanoseconds: Int64) -> Int64 { min(max(-1, nanoseconds), 1 << 60) }

    private func readOutput(_ id: UInt64, _ entry: Entry) {
        var bytes = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = read(entry.output, &bytes, bytes.count)
            guard count > 0 else {
                // At its end it would be readable for ever.
                if count == 0 { self.poller.remove(entry.output) }
                return
            }
            self.onEvent(id, .output(String(decoding: bytes[0..<count], as: UTF8.self)))
        }
    }

    private mutating func end(_ id: UInt64, waitStatus: Int32) {
        guard var entry = self.zygotes[id] else { return }
        self.poller.remove(entry.control)
        self.closeOutput(entry)
        entry.output = -1
        entry.hasEnded = true
        self.zygotes[id] = entry
        self.onEvent(id, .ended(waitStatus: waitStatus))
    }

    private func closeOutput(_ entry: Entry) {
        guard entry.output >= 0 else { return }
        self.poller.remove(entry.output)
        Glibc.close(entry.output)
    }

    /// Waits for the end of a guardian that is ending, and takes its status, which is its zygote's.
    @discardableResult
    private static func reap(_ pid: Int32) -> Int32 {
        guard pid > 0 else { return 0 }
        var status: Int32 = 0
        var ended = waitpid(pid, &status, 0)
        while ended < 0 && errno == EINTR { ended = waitpid(pid, &status, 0) }
        return status
    }
}

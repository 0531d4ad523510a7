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
        var hasEnded = false
    }

    private var zygotes: [UInt64: Entry] = [:]
    private let poller: Poller
    private let onEvent: @Sendable (UInt64, ZygoteEvent) -> Void
    private let message = ControlMessage()

    init(poller: Poller, onEvent: @escaping @Sendable (UInt64, ZygoteEvent) -> Void) {
        self.poller = poller
        self.onEvent = onEvent
    }

    // A zygote's tags: twice its identity for the control socket, one more for its output. Identities start at 1.
    private static func tag(_ id: UInt64, output: Bool = false) -> UInt64 { id * 2 + (output ? 1 : 0) }

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

    mutating func kill(_ id: UInt64) {
        guard let entry = self.zygotes[id], !entry.hasEnded else { return }
        Glibc.kill(entry.pid, SIGKILL)
    }

    mutating func close(_ id: UInt64) {
        guard let entry = self.zygotes[id] else { return }
        if !entry.hasEnded {
            self.poller.remove(entry.control)
            self.reap(entry.pid)
            self.closeOutput(entry)
        }
        Glibc.close(entry.control)
        self.zygotes[id] = nil
    }

    mutating func closeAll() {
        for id in Array(self.zygotes.keys) { self.close(id) }
    }

    mutating func readable(_ tag: UInt64) {
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
            if got == 1, let event = self.decode(descriptors) {
                self.onEvent(id, event)
                continue
            }
            for descriptor in descriptors where descriptor >= 0 { Glibc.close(descriptor) }
            // End of file, or something that is not the protocol: a library that writes to our socket gets the same end.
            self.readOutput(id, entry)
            self.end(id, waitStatus: self.reap(entry.pid))
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
                fallsBack: header.flags & BRASA_CONTROL_EXEC.rawValue != 0, loadNanoseconds: header.numbers.0,
                initNanoseconds: header.numbers.1, description: strings[0], note: strings[1])
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

    /// Makes sure that the process ends, and takes its status.
    ///
    /// One that is ending keeps the status it has.
    @discardableResult
    private func reap(_ pid: Int32) -> Int32 {
        guard pid > 0 else { return 0 }
        Glibc.kill(pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        return status
    }
}

import Dispatch
import Synchronization

/// Shows functions' log lines on the errors stream, without ever making the host wait for whoever reads it.
final class LogFeed: Sendable {
    /// Lines that may wait for a slow reader; further ones are counted and dropped.
    private static let limit = 10_000

    private struct State {
        var lines: [String] = []
        var dropped = 0
        var isWriting = false
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "brasa.log-feed")
    private let console: Console

    init(console: Console) {
        self.console = console
    }

    /// Adds a line.
    ///
    /// Never blocks.
    func add(_ line: String) {
        let startsWriting = self.state.withLock { state in
            guard state.lines.count < Self.limit else {
                state.dropped += 1
                return false
            }
            state.lines.append(line)
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if startsWriting { self.queue.async { self.write() } }
    }

    private func write() {
        while true {
            let (lines, dropped) = self.state.withLock { state in
                defer {
                    state.lines = []
                    state.dropped = 0
                }
                if state.lines.isEmpty { state.isWriting = false }
                return (state.lines, state.dropped)
            }
            guard !lines.isEmpty else { return }
            self.console.note(self.console.printable(lines.joined(separator: "\n")))
            if dropped > 0 {
                self.console.note(
                    "(\(dropped) lines of functions' logs were not shown: read faster, or use brasa logs)")
            }
        }
    }
}

import Dispatch
import Foundation
import Synchronization

/// Shows events without ever making those wait who tell of them: as a screen on a terminal, line by line elsewhere.
final class DevOutput: Sendable {
    private enum Mode {
        case screen, lines, json
    }

    /// Events that may wait to be shown; requests and log lines beyond are counted and dropped.
    private static let limit = 10_000
    /// The screen is drawn again at most this often.
    private static let frameNanoseconds = 50_000_000

    private struct Inbox {
        var records: [DevRecord] = []
        var dropped = 0
        var isDraining = false
    }

    private let console: Console
    private let mode: Mode
    private let text: DevText
    private let inbox = Mutex(Inbox())
    private let queue = DispatchQueue(label: "brasa.dev-output")
    private let state = Mutex(DevState())
    private let screen: TerminalScreen?
    private let isDrawing = Atomic(false)
    private let hasStopped = Atomic(false)

    init(_ console: Console, isJSON: Bool, zone: TimeZone = .current) {
        self.console = console
        let isScreen = console.isTerminal && console.environment["TERM"] != "dumb" && TerminalScreen.isOurs
        self.mode = isJSON ? .json : isScreen ? .screen : .lines
        self.text = DevText(style: console.style, zone: zone, ptraceScope: PtraceScope.current)
        self.screen = self.mode == .screen ? TerminalScreen(console) : nil
    }

    /// Shows an event.
    ///
    /// Callable from any thread; never blocks.
    func add(_ event: DevEvent) {
        let record = DevRecord(time: Date(), event: event)
        let starts = self.inbox.withLock { inbox in
            if inbox.records.count >= Self.limit, event.isDroppable {
                inbox.dropped += 1
                return false
            }
            inbox.records.append(record)
            defer { inbox.isDraining = true }
            return !inbox.isDraining
        }
        if starts { self.queue.async { self.drain() } }
    }

    /// Takes the terminal over, when there is one.
    func start() {
        guard let screen = self.screen else { return }
        self.queue.sync {
            screen.enter { [self] in self.queue.async { self.draw() } }
            self.draw()
        }
        // Once a second, for the seconds that builds take.
        self.queue.asyncAfter(deadline: .now() + 1) { self.beat() }
    }

    /// Shows what is left and gives the terminal back.
    ///
    /// Called again, it does nothing.
    func stop() {
        guard !self.hasStopped.exchange(true, ordering: .relaxed) else { return }
        self.queue.sync {
            self.drain()
            guard let screen = self.screen else { return }
            screen.leave()
            // What was seen last is worth keeping.
            let last = self.state.withLock { $0.feed.suffix(10) }
            for line in last { self.console.print(self.console.printable(TerminalText.plain(line))) }
        }
    }

    /// Gives the terminal back from wherever: the process is about to end.
    func restore() { self.screen?.leave() }

    private func drain() {
        while true {
            let (records, dropped) = self.inbox.withLock { inbox in
                defer {
                    inbox.records = []
                    inbox.dropped = 0
                }
                if inbox.records.isEmpty { inbox.isDraining = false }
                return (inbox.records, inbox.dropped)
            }
            guard !records.isEmpty else { return }
            self.show(records)
            if dropped > 0 { self.show([DevRecord(time: Date(), event: .dropped(dropped))]) }
        }
    }

    private func show(_ records: [DevRecord]) {
        switch self.mode {
        case .json: self.writeJSON(records)
        case .lines:
            let lines = records.flatMap { self.text.lines($0) }
            if !lines.isEmpty { self.console.print(lines.joined(separator: "\n")) }
        case .screen:
            let lines = records.map { self.text.lines($0) }
            self.state.withLock { state in
                for (record, lines) in zip(records, lines) { state.apply(record, lines: lines) }
            }
            self.drawSoon()
        }
    }

    private func writeJSON(_ records: [DevRecord]) {
        var lines: [String] = []
        for record in records {
            if case .ready(let ready, _) = record.event {
                if let line = try? ready.text(asJSON: true) { lines.append(line) }
            } else if let line = DevLine.make(record), let text = try? JSONLine.text(line) {
                lines.append(text)
            }
        }
        if !lines.isEmpty { self.console.print(lines.joined(separator: "\n")) }
    }

    // MARK: - Screen

    private func drawSoon() {
        guard !self.isDrawing.exchange(true, ordering: .relaxed) else { return }
        self.queue.asyncAfter(deadline: .now() + .nanoseconds(Self.frameNanoseconds)) {
            self.isDrawing.store(false, ordering: .relaxed)
            self.draw()
        }
    }

    private func draw() {
        guard let screen = self.screen, !self.hasStopped.load(ordering: .relaxed) else { return }
        let (columns, rows) = screen.size
        let frame = DevFrame(columns: columns, rows: rows, style: self.console.style, zone: self.text.zone)
        let state = self.state.withLock { $0 }
        screen.show(frame.lines(state, now: Date()))
    }

    private func beat() {
        guard !self.hasStopped.load(ordering: .relaxed) else { return }
        if self.state.withLock({ $0.isBuilding }) { self.draw() }
        self.queue.asyncAfter(deadline: .now() + 1) { self.beat() }
    }
}

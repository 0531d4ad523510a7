import BrasaHost
import BrasaModel
import Foundation

/// All that a screen of `brasa dev` is made of; events in, nothing out.
struct DevState: Sendable {
    /// One function.
    struct Row: Sendable, Hashable {
        /// Its library.
        enum Library: Sendable, Hashable {
            /// There is none that answers.
            case absent
            case live
            /// An earlier one answers, if there was one; the reason is a sentence's end.
            case refused(String)
            case rolledBack(String)
        }

        /// How its library is built.
        enum Build: Sendable, Hashable {
            case none
            case running(since: Date)
            /// A sentence's end.
            case failed(String)
        }

        let name: String
        var library = Library.absent
        /// Whether a version answers, be it an earlier one.
        var answers = false
        var build = Build.none
        /// When its library was taken over last.
        var reloadedAt: Date?
        var reloadNanoseconds: UInt64 = 0
        var calls = 0
        var errors = 0
        var lastNanoseconds: Int64?
        var peakBytes = 0
        var limitBytes = 0
    }

    /// What a failed build said, until the next one.
    struct FailedBuild: Sendable, Hashable {
        let library: String
        let functions: [String]
        let reason: String
        var output: [String]
    }

    /// Lines kept for the screen.
    static let keptLines = 500
    /// Lines kept of a build.
    private static let keptOutput = 200

    private(set) var ready: HostReady?
    private(set) var rows: [Row] = []
    /// What a debugger can be attached to; nil: nothing.
    private(set) var debugged: (function: String, pid: Int32)?
    private(set) var failedBuilds: [FailedBuild] = []
    /// The latest lines, as `DevText` wrote them.
    private(set) var feed: [String] = []
    private var outputs: [String: [String]] = [:]

    var isBuilding: Bool {
        self.rows.contains { if case .running = $0.build { true } else { false } }
    }

    /// Takes an event in, with the lines that it gives.
    mutating func apply(_ record: DevRecord, lines: [String]) {
        // Where the host is stands above already.
        if case .ready = record.event {} else { self.feed += lines }
        if self.feed.count > Self.keptLines * 2 { self.feed.removeFirst(self.feed.count - Self.keptLines) }
        switch record.event {
        case .ready(let ready, let functions):
            self.ready = ready
            self.keep(functions)
        case .found(let function, let problem):
            self.change(function) { row in
                row.answers = problem == nil
                row.library = problem.map { .refused($0) } ?? .live
            }
        case .configured(let functions): self.keep(functions)
        case .build(let event): self.apply(event, at: record.time)
        case .host(let event): self.apply(event, at: record.time)
        case .hostLog, .note, .dropped: break
        }
    }

    private mutating func change(_ name: String, _ body: (inout Row) -> Void) {
        if let index = self.rows.firstIndex(where: { $0.name == name }) {
            body(&self.rows[index])
        } else {
            var row = Row(name: name)
            body(&row)
            self.rows.append(row)
        }
    }

    /// Configured functions come first and in their order; others stay while they answer.
    private mutating func keep(_ functions: [String]) {
        let known = Dictionary(self.rows.map { ($0.name, $0) }) { first, _ in first }
        let others = self.rows.filter { !functions.contains($0.name) && $0.answers }
        self.rows = functions.map { known[$0] ?? Row(name: $0) } + others
    }

    private mutating func apply(_ event: BuildEvent, at time: Date) {
        switch event {
        case .started(let unit, _):
            self.outputs[unit.library] = []
            self.failedBuilds.removeAll { $0.library == unit.library }
            for name in unit.functions { self.change(name) { $0.build = .running(since: time) } }
        case .output(let unit, let line):
            if self.outputs[unit.library, default: []].count < Self.keptOutput {
                self.outputs[unit.library, default: []].append(line)
            }
        case .finished(let unit, let outcome, _):
            let output = self.outputs.removeValue(forKey: unit.library) ?? []
            var build = Row.Build.none
            if case .failed(let reason) = outcome {
                build = .failed(reason)
                self.failedBuilds.append(
                    FailedBuild(
                        library: unit.library, functions: unit.functions, reason: reason, output: output))
            }
            for name in unit.functions { self.change(name) { $0.build = build } }
        case .remark: break
        }
    }

    private mutating func apply(_ event: HostEvent, at time: Date) {
        switch event {
        case .invoked(let note):
            self.change(note.function) { row in
                row.calls += 1
                if case .failed = note.result { row.errors += 1 }
                guard let report = note.report else { return }
                row.lastNanoseconds = report.durationNanoseconds
                row.peakBytes = max(row.peakBytes, report.peakMemoryBytes)
                row.limitBytes = report.memoryLimitBytes
            }
        case .library(let note):
            if note.outcome == .removed { return self.rows.removeAll { $0.name == note.function } }
            self.change(note.function) { row in
                switch note.outcome {
                case .live:
                    (row.library, row.answers) = (.live, true)
                    (row.reloadedAt, row.reloadNanoseconds) = (time, note.nanoseconds)
                case .refused(let phase, let reason): row.library = .refused("\(phase): \(reason)")
                case .rolledBack(let reason): row.library = .rolledBack(reason)
                case .removed: break
                }
            }
        case .debuggable(let function, let pid): self.debugged = (function, pid)
        case .wrote, .failedToStart, .configured: break
        }
    }
}

import Foundation

/// The whole screen of `brasa dev` at one moment: state in, lines out.
///
/// Never more lines than the terminal has rows, and none wider than it is.
struct DevFrame: Sendable {
    let columns: Int
    let rows: Int
    let style: Style
    let zone: TimeZone

    /// The lines from the top of the terminal down.
    func lines(_ state: DevState, now: Date) -> [String] {
        guard self.columns > 0, self.rows > 0 else { return [] }
        var head = self.title(state)
        // At least half of the terminal is for what happens.
        let room = max(1, self.rows / 2)
        head += self.table(state, now: now, room: room - head.count - 1)
        let failed = self.failures(state, room: room - head.count + self.rows / 6)
        head += failed
        if self.rows - head.count > 2 { head.append(self.style.dim(String(repeating: "─", count: self.columns))) }
        head = Array(head.prefix(self.rows))
        // What functions and compilers write may have line ends of its own.
        let feed = state.feed.suffix(self.rows).flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }
        return (head + feed.suffix(self.rows - head.count).map(String.init)).map(self.fitted)
    }

    private func title(_ state: DevState) -> [String] {
        guard let ready = state.ready else { return [self.style.bold("brasa dev") + "  starting"] }
        let parts = [
            self.style.bold("brasa dev"), ready.gatewayURL, "control \(ready.controlURL)",
            "memory cap \(ready.memoryCap)", self.style.dim("Ctrl-C ends"),
        ]
        var lines = [parts.joined(separator: "  ")]
        if let (function, pid) = state.debugged {
            lines.append("\(function) has one instance and no time limits: \(self.style.bold("gdb -p \(pid)"))")
        }
        return lines
    }

    private func table(_ state: DevState, now: Date, room: Int) -> [String] {
        guard room > 1, !state.rows.isEmpty else { return [] }
        var shown = state.rows[...]
        if shown.count > room - 1 { shown = shown.prefix(max(0, room - 2)) }
        let titles = ["FUNCTION", "STATE", "LAST RELOAD", "CALLS", "ERRORS", "LAST", "MEMORY"]
        var cells = [titles.map { ($0, self.style.dim($0)) }]
        cells += shown.map { self.cells($0, now: now) }
        let widths = titles.indices.map { column in cells.map { DisplayWidth.of($0[column].0) }.max() ?? 0 }
        var lines = cells.map { row in
            row.indices.map { column in
                let (plain, styled) = row[column]
                let padding = String(repeating: " ", count: max(0, widths[column] - DisplayWidth.of(plain)))
                return (3...5).contains(column) ? padding + styled : styled + padding
            }.joined(separator: "  ")
        }
        let hidden = state.rows.count - shown.count
        if hidden > 0 { lines.append(self.style.dim("and \(hidden) more")) }
        return lines
    }

    /// Each as it is measured, and as it is written.
    private func cells(_ row: DevState.Row, now: Date) -> [(String, String)] {
        let state = Self.state(row, now: now)
        let paint: (String) -> String =
            switch state.tone {
            case .good: self.style.green
            case .busy: self.style.yellow
            case .bad: self.style.red
            }
        var reload = "-"
        if let time = row.reloadedAt {
            reload = DevUnits.clock(time, zone: self.zone, milliseconds: false)
            if row.reloadNanoseconds > 0 { reload += " in \(DevUnits.time(Int64(row.reloadNanoseconds)))" }
        }
        if let reason = Self.reason(row) { reload = String(reason.prefix(60)) }
        let memory =
            row.limitBytes > 0
            ? "\(DevUnits.bytes(Int64(row.peakBytes))) of \(DevUnits.bytes(Int64(row.limitBytes)))" : "-"
        let last = row.lastNanoseconds.map { DevUnits.time($0) } ?? "-"
        return [
            (row.name, self.style.bold(row.name)), (state.text, paint(state.text)), (reload, reload),
            ("\(row.calls)", "\(row.calls)"),
            ("\(row.errors)", row.errors > 0 ? self.style.red("\(row.errors)") : "0"), (last, last), (memory, memory),
        ]
    }

    private enum Tone {
        case good, busy, bad
    }

    private static func state(_ row: DevState.Row, now: Date) -> (text: String, tone: Tone) {
        switch row.build {
        case .running(let since):
            let seconds = Int(now.timeIntervalSince(since))
            return (seconds > 0 ? "building \(seconds) s" : "building", .busy)
        case .failed: return ("build failed", .bad)
        case .none: break
        }
        switch row.library {
        case .absent: return ("not there", .busy)
        case .live: return ("ready", .good)
        case .refused: return ("refused", .bad)
        case .rolledBack: return ("rolled back", .bad)
        }
    }

    /// Why the library of the functions folder does not answer; nil: it does.
    private static func reason(_ row: DevState.Row) -> String? {
        switch row.library {
        case .refused(let reason), .rolledBack(let reason): return reason
        case .absent, .live: return nil
        }
    }

    /// What failed builds said, from their beginning: the first error is the one to look at.
    private func failures(_ state: DevState, room: Int) -> [String] {
        var lines: [String] = []
        for build in state.failedBuilds where room - lines.count > 1 {
            let answers = state.rows.contains { build.functions.contains($0.name) && $0.answers }
            lines.append(
                self.style.red("\(build.library): build failed, \(build.reason)")
                    + (answers ? "; what answered before goes on" : ""))
            let left = room - lines.count
            let output = build.output
            guard output.count > left else {
                lines += output
                continue
            }
            lines += output.prefix(max(0, left - 1))
            lines.append(self.style.dim("and \(output.count - max(0, left - 1)) more lines below"))
        }
        return lines
    }

    private func fitted(_ line: String) -> String {
        let fitted = DisplayWidth.cut(TerminalText.harmless(line), to: self.columns)
        return self.style.isOn ? fitted : TerminalText.plain(fitted)
    }
}

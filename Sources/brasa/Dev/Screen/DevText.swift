import BrasaHost
import BrasaModel
import Foundation

/// Events -> lines, the same for a pipe and for a terminal.
struct DevText: Sendable {
    let style: Style
    let zone: TimeZone
    /// Who may attach a debugger: `PtraceScope`.
    var ptraceScope: Int?

    /// The lines of an event; none for what only changes the list of functions.
    func lines(_ record: DevRecord) -> [String] {
        let time = self.style.dim(DevUnits.clock(record.time, zone: self.zone))
        switch record.event {
        case .ready(let ready, _): return [(try? ready.text(asJSON: false)) ?? ""]
        case .found(let function, let problem):
            return problem.map { ["\(time)  \(function)  \(self.style.red("not served:")) \($0)"] } ?? []
        case .configured: return ["\(time)  configuration read again"]
        case .build(let event): return self.build(event, time)
        case .host(let event): return self.host(event, time)
        case .hostLog(let level, let message):
            let isGrave = ["error", "critical"].contains(level)
            return ["\(time)  \(isGrave ? self.style.red(level) : self.style.yellow(level)): \(message)"]
        case .note(let text): return [text]
        case .dropped(let count): return ["\(time)  (\(count) requests and log lines were not shown)"]
        }
    }

    private func build(_ event: BuildEvent, _ time: String) -> [String] {
        switch event {
        case .started(let unit, let reason):
            return ["\(time)  \(unit.library)  building, because \(reason): \(self.style.dim(unit.command))"]
        case .output(_, let line): return [line]
        case .finished(let unit, let outcome, let seconds):
            let taken = DevUnits.time(Int64(seconds * 1e9))
            switch outcome {
            case .built: return ["\(time)  \(unit.library)  \(self.style.green("built")) in \(taken)"]
            case .unchanged:
                return ["\(time)  \(unit.library)  \(self.style.green("built")) in \(taken), the library is the same"]
            case .failed(let reason):
                let rest = "after \(taken): \(reason); what answered before goes on"
                return ["\(time)  \(unit.library)  \(self.style.red("build failed")) \(rest)"]
            case .cancelled: return ["\(time)  \(unit.library)  build cancelled after \(taken)"]
            }
        case .remark(_, let text): return ["\(time)  \(self.style.yellow("warning")): \(text)"]
        }
    }

    private func host(_ event: HostEvent, _ time: String) -> [String] {
        switch event {
        case .invoked(let note):
            return [self.request(note, time)]
                + LimitWarning.find(note).map {
                    "\(time)  \(self.style.yellow("warning")): \(note.function) \($0.text)"
                }
        case .wrote(let function, let level, let message):
            let shown = message.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n    ")
            return ["\(time)  \(self.style.dim("\(function) |")) \(level.map { "[\($0)] " } ?? "")\(shown)"]
        case .failedToStart(let function, let type, let message):
            return ["\(time)  \(function)  \(self.style.red("could not start:")) \(type): \(message)"]
        case .library(let note): return [self.library(note, time)]
        case .debuggable(let function, let pid):
            let line = "\(time)  \(function)  is ready for a debugger, its time limits are paused: "
            return [line + self.style.bold("gdb -p \(pid)")]
                + (PtraceScope.advice(self.ptraceScope).map { ["\(time)  \(self.style.yellow("warning")): \($0)"] }
                    ?? [])
        case .configured: return []
        }
    }

    private func library(_ note: LibraryNote, _ time: String) -> String {
        let digest = note.sha256.map { " \($0.prefix(12))" } ?? ""
        switch note.outcome {
        case .live:
            let took = note.nanoseconds > 0 ? " in \(DevUnits.time(Int64(note.nanoseconds)))" : ""
            let what = note.replaced ? "reloaded" : "live"
            return "\(time)  \(note.function)  \(self.style.green(what))\(took):\(digest) answers"
        case .refused(let phase, let reason):
            return "\(time)  \(note.function)  \(self.style.red("not taken over"))\(digest) (\(phase)): \(reason)"
        case .rolledBack(let reason):
            return "\(time)  \(note.function)  \(self.style.red("rolled back"))\(digest): \(reason)"
        case .removed: return "\(time)  \(note.function)  removed: its library is no longer in the folder"
        }
    }

    /// Such as `12:03:45.123  200  GET /greet?name=Ada  0.12 ms  cold 3.4 ms  2 MB of 128 MB`.
    private func request(_ note: InvocationNote, _ time: String) -> String {
        var parts = [time, self.status(note)]
        parts.append(note.trigger == .http ? note.request : "\(note.trigger.rawValue) \(note.function)")
        if let report = note.report {
            parts.append(DevUnits.time(report.durationNanoseconds))
            parts.append(
                report.initNanoseconds.map { self.style.yellow("cold \(DevUnits.time($0))") } ?? self.style.dim("warm"))
            parts.append(
                "\(DevUnits.bytes(Int64(report.peakMemoryBytes))) of \(DevUnits.bytes(Int64(report.memoryLimitBytes)))")
        }
        if case .failed(let failure) = note.result {
            parts.append(self.style.red("\(failure.errorType): \(failure.message)"))
        }
        return parts.joined(separator: "  ")
    }

    private func status(_ note: InvocationNote) -> String {
        if let status = note.httpStatus {
            let text = "\(status)"
            return status >= 500
                ? self.style.red(text) : status >= 400 ? self.style.yellow(text) : self.style.green(text)
        }
        switch note.result {
        case .replied: return self.style.green("ok ")
        case .streamed: return self.style.green("str")
        case .failed: return self.style.red("err")
        }
    }
}

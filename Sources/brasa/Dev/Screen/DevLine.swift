import BrasaHost
import BrasaModel
import Foundation

/// An event as `brasa dev --json` writes it: what does not apply is left out.
struct DevLine: Encodable, Sendable {
    let event: String
    /// ISO 8601 with milliseconds, UTC.
    let time: String
    var function: String?
    var functions: [String]?
    var library: String?
    var command: String?
    var reason: String?
    var phase: String?
    var level: String?
    var message: String?
    var outcome: String?
    var seconds: Double?
    var sha256: String?
    var replaced: Bool?
    var tookMs: Double?
    var requestId: String?
    var trigger: String?
    var request: String?
    var status: Int?
    var errorType: String?
    var durationMs: Double?
    var cold: Bool?
    var initMs: Double?
    var cpuMs: Double?
    var memoryBytes: Int?
    var memoryLimitBytes: Int?
    var requestBytes: Int?
    var replyBytes: Int?
    /// `timeout`, `memory`, `request` and `reply`: what it came close to.
    var nearLimits: [String]?
    var count: Int?
    var pid: Int32?

    private init(_ event: String, _ record: DevRecord) {
        self.event = event
        self.time =
            record.time.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true))
            + "Z"
    }

    /// The line of an event; nil for `ready`, which has one of its own, and what a later one says too.
    static func make(_ record: DevRecord) -> DevLine? {
        switch record.event {
        case .ready, .host(.configured): return nil
        case .found(let function, let problem):
            var line = DevLine("function", record)
            line.function = function
            line.outcome = problem == nil ? "live" : "refused"
            line.reason = problem
            return line
        case .configured(let functions):
            var line = DevLine("configured", record)
            line.functions = functions
            return line
        case .build(let event): return Self.build(event, record)
        case .host(let event): return Self.host(event, record)
        case .hostLog(let level, let message):
            var line = DevLine("host_log", record)
            line.level = level
            line.message = message
            return line
        case .note(let text):
            var line = DevLine("note", record)
            line.message = text
            return line
        case .dropped(let count):
            var line = DevLine("dropped", record)
            line.count = count
            return line
        }
    }

    private static func build(_ event: BuildEvent, _ record: DevRecord) -> DevLine {
        func line(_ name: String, _ unit: BuildUnit) -> DevLine {
            var line = DevLine(name, record)
            line.library = unit.library
            line.functions = unit.functions
            return line
        }
        switch event {
        case .started(let unit, let reason):
            var line = line("build_started", unit)
            line.command = unit.command
            line.reason = reason
            return line
        case .output(let unit, let text):
            var line = line("build_output", unit)
            line.message = text
            return line
        case .remark(let unit, let text):
            var line = line("build_remark", unit)
            line.message = text
            return line
        case .finished(let unit, let outcome, let seconds):
            var line = line("build_finished", unit)
            line.seconds = seconds
            switch outcome {
            case .built: line.outcome = "built"
            case .unchanged: line.outcome = "unchanged"
            case .cancelled: line.outcome = "cancelled"
            case .failed(let reason):
                line.outcome = "failed"
                line.reason = reason
            }
            return line
        }
    }

    private static func host(_ event: HostEvent, _ record: DevRecord) -> DevLine? {
        switch event {
        case .configured: return nil
        case .invoked(let note): return Self.request(note, record)
        case .wrote(let function, let level, let message):
            var line = DevLine("log", record)
            line.function = function
            line.level = level
            line.message = message
            return line
        case .failedToStart(let function, let type, let message):
            var line = DevLine("start_failed", record)
            line.function = function
            line.errorType = type
            line.message = message
            return line
        case .debuggable(let function, let pid):
            var line = DevLine("debuggable", record)
            line.function = function
            line.pid = pid
            line.command = "gdb -p \(pid)"
            line.message = PtraceScope.advice(PtraceScope.current)
            return line
        case .library(let note):
            var line = DevLine("library", record)
            line.function = note.function
            line.sha256 = note.sha256
            line.replaced = note.replaced
            switch note.outcome {
            case .live:
                line.outcome = "live"
                line.tookMs = Double(note.nanoseconds) / 1e6
            case .refused(let phase, let reason):
                (line.outcome, line.phase, line.reason) = ("refused", phase, reason)
            case .rolledBack(let reason): (line.outcome, line.reason) = ("rolled_back", reason)
            case .removed: line.outcome = "removed"
            }
            return line
        }
    }

    private static func request(_ note: InvocationNote, _ record: DevRecord) -> DevLine {
        var line = DevLine("request", record)
        line.function = note.function
        line.requestId = "\(note.requestID)"
        line.trigger = note.trigger.rawValue
        line.request = note.request.isEmpty ? nil : note.request
        line.status = note.httpStatus
        switch note.result {
        case .replied: line.outcome = "replied"
        case .streamed: line.outcome = "streamed"
        case .failed(let failure):
            line.outcome = "failed"
            line.errorType = failure.errorType
            line.message = failure.message
        }
        if let report = note.report {
            line.durationMs = Double(report.durationNanoseconds) / 1e6
            line.cold = note.isCold
            line.initMs = report.initNanoseconds.map { Double($0) / 1e6 }
            line.cpuMs = Double(report.cpuNanoseconds) / 1e6
            line.memoryBytes = report.peakMemoryBytes
            line.memoryLimitBytes = report.memoryLimitBytes
        }
        line.requestBytes = note.requestBytes
        line.replyBytes = note.replyBytes
        let near = LimitWarning.find(note).map(\.limit.rawValue)
        line.nearLimits = near.isEmpty ? nil : near
        return line
    }
}

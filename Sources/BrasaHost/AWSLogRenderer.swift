import BrasaAWS
import BrasaModel
import BrasaPool

/// Gives the pool AWS's wording of the platform's log lines.
struct AWSLogRenderer: LogRenderer {
    func start(_ requestID: RequestID, version: String) -> String {
        InvocationLogText.start(requestID: requestID, version: version)
    }

    func end(_ requestID: RequestID) -> String { InvocationLogText.end(requestID: requestID) }

    func report(_ requestID: RequestID, _ report: InvocationReport, failure: Failure?) -> String {
        InvocationLogText.report(requestID: requestID, report: report, failure: failure)
    }

    func initReport(durationNanoseconds: Int64, phase: String, failure: Failure) -> String {
        InvocationLogText.initReport(
            durationNanoseconds: durationNanoseconds, isInsideInvocation: phase == "invoke", failure: failure)
    }
}

/// Shows the lines that functions write, and failures, to whoever started the host.
struct LogLinePrinter: Sendable {
    private let print: @Sendable (String, String) -> Void

    init(_ print: @escaping @Sendable (String, String) -> Void) {
        self.print = print
    }

    func observe(_ function: String, _ entry: LogEntry) {
        switch entry {
        case .line(_, let level, _, _, let message):
            self.print(function, level.map { "[\($0)] \(message)" } ?? message)
        case .finished(_, _, _, let failure?, _):
            self.print(function, "failed: \(failure.errorType): \(failure.message)")
        case .initReport(_, _, _, let failure):
            self.print(function, "could not start: \(failure.errorType): \(failure.message)")
        case .started, .finished:
            break
        }
    }
}

/// Hands the lines that functions write, and failures to start, to whoever watches the host.
///
/// Failures of invocations come with the invocation.
struct LogLineTeller: Sendable {
    private let tell: @Sendable (HostEvent) -> Void

    init(_ tell: @escaping @Sendable (HostEvent) -> Void) {
        self.tell = tell
    }

    func observe(_ function: String, _ entry: LogEntry) {
        switch entry {
        case .line(_, let level, _, _, let message):
            self.tell(.wrote(function: function, level: level, message: message))
        case .initReport(_, _, _, let failure):
            self.tell(.failedToStart(function: function, errorType: failure.errorType, message: failure.message))
        case .started, .finished: break
        }
    }
}

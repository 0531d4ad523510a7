package import BrasaModel

/// One event in a function's log, in the form it is kept in: text is only made for those that are read.
package enum LogEntry: Sendable {
    /// An invocation begins. Only kept when it writes lines of its own; else `finished` stands for all of it.
    case started(RequestID, version: String)
    /// A line of the function or of the host.
    case line(source: LogLine.Source, level: String?, RequestID?, version: String, message: String)
    /// An invocation has ended. `withStart`: no `started` came before it.
    case finished(RequestID, version: String, InvocationReport, failure: Failure?, withStart: Bool)
    /// A zygote's `init` was run and did not succeed.
    case initReport(version: String, durationNanoseconds: Int64, phase: String, Failure)

    /// How many lines it gives when read.
    var lineCount: Int {
        switch self {
        case .started, .line, .initReport: 1
        case .finished(_, _, _, _, let withStart): withStart ? 3 : 2
        }
    }
}

/// Turns entries that stand for the platform's lines into text; the wording is AWS's and lives with the wire formats.
package protocol LogRenderer: Sendable {
    /// `START RequestId: ...`
    func start(_ requestID: RequestID, version: String) -> String
    /// `END RequestId: ...`
    func end(_ requestID: RequestID) -> String
    /// `REPORT RequestId: ...`
    func report(_ requestID: RequestID, _ report: InvocationReport, failure: Failure?) -> String
    /// `INIT_REPORT ...`
    func initReport(durationNanoseconds: Int64, phase: String, failure: Failure) -> String
}

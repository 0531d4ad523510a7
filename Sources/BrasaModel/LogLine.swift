/// One line of a function's log.
package struct LogLine: Sendable, Hashable {
    /// Who wrote a line.
    package enum Source: String, Sendable, Hashable {
        /// The host: START, END, REPORT and what it has to say about processes.
        case platform
        /// `log` of the ABI.
        case log
        /// Standard output or standard error.
        case output
    }

    /// Rises by one with each line of a function; starts at 1 with the host.
    package var sequence: UInt64
    /// Milliseconds since 1970.
    package var timestampMilliseconds: Int64
    package var version: String
    package var requestID: RequestID?
    package var source: Source
    /// `TRACE`, `DEBUG`, `INFO`, `WARN` or `ERROR`; nil for output.
    package var level: String?
    package var message: String

    package init(
        sequence: UInt64, timestampMilliseconds: Int64, version: String, requestID: RequestID?, source: Source,
        level: String?, message: String
    ) {
        self.sequence = sequence
        self.timestampMilliseconds = timestampMilliseconds
        self.version = version
        self.requestID = requestID
        self.source = source
        self.level = level
        self.message = message
    }
}

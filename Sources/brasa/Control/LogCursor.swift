/// How far a log has been read, over restarts of its host.
///
/// A host counts a function's lines from 1, so after a restart the same sequences mean other lines. Whether a host that
/// answers again is the one that was left shows by the line last read: it is still there, unchanged, or it is not.
struct LogCursor: Sendable {
    private(set) var last: HostedLogLine?
    /// Lines up to here are read, or not wanted.
    private(set) var sequence: UInt64

    /// Starts behind a sequence; 0: at the oldest line.
    init(after sequence: UInt64 = 0) {
        self.sequence = sequence
    }

    /// Takes lines that follow.
    ///
    /// - Returns: how many lines between have been dropped by the host.
    mutating func advance(over lines: [HostedLogLine]) -> UInt64 {
        guard let first = lines.first, let last = lines.last else { return 0 }
        let isKnown = self.last != nil
        let dropped = isKnown && first.sequence > self.sequence + 1 ? first.sequence - self.sequence - 1 : 0
        self.last = last
        self.sequence = last.sequence
        return dropped
    }

    /// Finds out where to go on with a host that answers again.
    ///
    /// - Parameter lines: all lines it has, from the oldest.
    /// - Returns: whether it was restarted; the cursor then stands before its oldest line.
    mutating func reconnect(_ lines: [HostedLogLine]) -> Bool {
        if let last = self.last {
            // Before the oldest line that is kept: the sequences of one host only rise.
            if let oldest = lines.first, oldest.sequence > last.sequence { return false }
            if lines.contains(last) { return false }
        } else if (lines.last?.sequence ?? 0) >= self.sequence {
            // Nothing was read, so nothing can be read twice.
            return false
        }
        self.last = nil
        self.sequence = 0
        return true
    }
}

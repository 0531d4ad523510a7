/// Where the lines of functions' logs can be read.
///
/// Callable from any thread.
package protocol LogSource: AnyObject, Sendable {
    /// Lines with a sequence above `after`, oldest first, at most `limit`; empty for an unknown function.
    ///
    /// Lines that have been dropped for their age are left out: a gap in the sequence shows it.
    func lines(function: String, after: UInt64, limit: Int) async -> [LogLine]
    /// Returns as soon as a line above `after` exists, or when `seconds` have passed or the task is cancelled.
    func waitForLines(function: String, after: UInt64, seconds: Double) async
}

internal import CBrasa

/// Writes lines to the log of an invocation, or of the function outside one.
///
/// `print` works as well: what a function writes to stdout and stderr is captured, without level and fields.
public struct Log {
    /// How much a line weighs, in rising order.
    public enum Level: Int32, Sendable, Comparable {
        case trace, debug, info, warning, error

        /// Whether `left` weighs less than `right`.
        public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    let host: Host
    let invocation: UnsafeMutablePointer<brasa_invocation>?

    /// Writes one line, with values beside it.
    public func callAsFunction(_ message: String, level: Level = .info, _ fields: [String: String] = [:]) {
        let pairs = fields.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        withPairs(of: pairs) { pointer, count in
            withBytes(of: message) { self.host.pointee.log(self.invocation, level.rawValue, $0, pointer, count) }
        }
    }

    /// Writes one line at level `trace`.
    public func trace(_ message: String, _ fields: [String: String] = [:]) { self(message, level: .trace, fields) }
    /// Writes one line at level `debug`.
    public func debug(_ message: String, _ fields: [String: String] = [:]) { self(message, level: .debug, fields) }
    /// Writes one line at level `info`.
    public func info(_ message: String, _ fields: [String: String] = [:]) { self(message, level: .info, fields) }
    /// Writes one line at level `warning`.
    public func warning(_ message: String, _ fields: [String: String] = [:]) { self(message, level: .warning, fields) }
    /// Writes one line at level `error`.
    public func error(_ message: String, _ fields: [String: String] = [:]) { self(message, level: .error, fields) }
}

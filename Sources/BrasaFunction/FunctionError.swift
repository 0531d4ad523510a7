/// An error with a name of the author's choice; what else a function throws is named after its Swift type.
///
/// ```swift
/// throw FunctionError("NameTooLong", "The name has \(count) characters; at most 64 are allowed.")
/// ```
public struct FunctionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What callers tell errors apart by: `errorType` in the answer.
    public let type: String
    /// A full sentence: `errorMessage` in the answer.
    public let message: String
    /// Whether the reason passes by itself, so that an asynchronous event is tried again.
    public let asksForRetry: Bool

    /// An error that callers see under `type`.
    public init(_ type: String, _ message: String, asksForRetry: Bool = false) {
        self.type = type
        self.message = message
        self.asksForRetry = asksForRetry
    }

    /// The message.
    public var description: String { self.message }
}

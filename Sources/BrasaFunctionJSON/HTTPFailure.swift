/// A request that is to be answered with an HTTP error; thrown from a function, it becomes that answer.
///
/// Outside HTTP it fails the invocation like any other error.
public struct HTTPFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The HTTP status, 400 to 599.
    public let status: Int
    /// A full sentence, sent as `{"message": …}`.
    public let message: String

    /// A request to be answered with `status`.
    public init(_ status: Int, _ message: String) {
        self.status = status
        self.message = message
    }

    /// The message.
    public var description: String { self.message }
}

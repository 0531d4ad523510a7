/// Why the host did not take an answer, or a part of it.
public struct ReplyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds that a function can tell apart.
    public enum Code: Sendable, Hashable {
        /// The invocation was already answered, or the calls came in the wrong order.
        case alreadyAnswered
        /// The body is over the reply limit: 6 MiB + 100 bytes unless configured otherwise.
        case tooLarge
        /// The client has left, or the stream has ended.
        case closed
        /// The deadline has passed.
        case deadline
        /// Any other refusal; the message carries its status.
        case refused
    }

    /// What went wrong.
    public let code: Code
    /// A full sentence.
    public let message: String
    /// The contract's status, so that the invocation can end with it.
    let status: Int32

    /// Throws what `status` stands for; nothing when it is success.
    static func check(_ status: Int32, _ what: String) throws {
        if status == Status.ok { return }
        let (code, reason): (Code, String) =
            switch status {
            case Status.invalid: (.alreadyAnswered, "the invocation was already answered")
            case Status.limit: (.tooLarge, "it is over the size limit")
            case Status.closed: (.closed, "the client has left or the answer is complete")
            case Status.deadline: (.deadline, "the deadline has passed")
            default: (.refused, "the host refused with status \(status)")
            }
        throw ReplyError(code: code, message: "\(what): \(reason).", status: status)
    }

    /// The message.
    public var description: String { self.message }
}

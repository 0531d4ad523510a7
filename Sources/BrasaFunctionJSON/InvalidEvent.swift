/// An event that is not JSON, or not of the type a function takes.
public struct InvalidEvent: Error, Sendable, Hashable, CustomStringConvertible {
    /// A full sentence that names the place and what is expected there.
    public let message: String

    init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self.message = "The event lacks \"\(Self.path(context.codingPath + [key]))\"."
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            self.message = "\(Self.place(context.codingPath)) does not fit: \(context.debugDescription)"
        case .dataCorrupted(let context):
            self.message = "\(Self.place(context.codingPath)) is not valid: \(context.debugDescription)"
        @unknown default:
            self.message = "The event does not fit: \(error)"
        }
    }

    /// The message.
    public var description: String { self.message }

    private static func place(_ path: [any CodingKey]) -> String {
        path.isEmpty ? "The event" : "The event's \"\(self.path(path))\""
    }

    private static func path(_ path: [any CodingKey]) -> String {
        path.map { key in key.intValue.map { "[\($0)]" } ?? key.stringValue }.joined(separator: ".")
    }
}

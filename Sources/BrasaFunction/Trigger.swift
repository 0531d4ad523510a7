/// Where an event came from; later hosts may know more than these.
public struct Trigger: RawRepresentable, Sendable, Hashable {
    /// The host's word.
    public let rawValue: String

    /// The trigger that the host calls `rawValue`.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A request to the gateway; the event is a payload format 2.0 request.
    public static let http = Trigger(rawValue: "http")
    /// A direct call whose caller waits.
    public static let invoke = Trigger(rawValue: "invoke")
    /// A direct call whose caller did not wait; a failure is tried again.
    public static let async = Trigger(rawValue: "async")
}

/// Where an event came from. Later hosts may know more than these.
public struct Trigger: RawRepresentable, Sendable, Hashable {
    /// The host's word.
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// A request to the gateway; the event is a payload format 2.0 request.
    public static let http = Trigger(rawValue: "http")
    /// A direct call whose caller waits.
    public static let invoke = Trigger(rawValue: "invoke")
    /// A direct call whose caller did not wait; a failure is tried again.
    public static let async = Trigger(rawValue: "async")
}

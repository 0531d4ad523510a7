import BrasaHost
import Foundation

/// Something that `brasa dev` shows.
enum DevEvent: Sendable {
    /// The host answers; with the configured functions in order.
    case ready(HostReady, functions: [String])
    /// A function that the host has found at its start; `problem` is nil when it answers.
    case found(function: String, problem: String?)
    /// The configuration has changed; with the functions that are configured now, in order.
    case configured(functions: [String])
    case build(BuildEvent)
    case host(HostEvent)
    /// The host's own log.
    case hostLog(level: String, message: String)
    /// A sentence of `brasa dev` itself.
    case note(String)
    /// Requests and log lines that came faster than they could be shown.
    case dropped(Int)

    /// Whether it may be left out when more happens than can be shown.
    var isDroppable: Bool {
        switch self {
        case .host(.invoked), .host(.wrote): true
        default: false
        }
    }
}

/// An event and when it happened.
struct DevRecord: Sendable {
    let time: Date
    let event: DevEvent
}

import Foundation

/// One invocation to ask a host for.
struct InvokeRequest: Sendable, Hashable {
    /// A name, or an ARN.
    let function: String
    /// A version, an alias or `$LATEST`; nil: the latest.
    let qualifier: String?
    /// JSON.
    var event: Data
    /// Whether the host only has to accept it.
    var isAsynchronous: Bool

    /// - Parameter target: `NAME`, `NAME:QUALIFIER`, or an ARN, which the host takes apart itself.
    init(target: String, event: Data = Data("{}".utf8), isAsynchronous: Bool = false) {
        let parts = target.split(separator: ":", omittingEmptySubsequences: false)
        let isQualified = parts.count == 2
        self.function = isQualified ? String(parts[0]) : target
        self.qualifier = isQualified ? String(parts[1]) : nil
        self.event = event
        self.isAsynchronous = isAsynchronous
    }
}

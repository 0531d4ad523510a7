/// Names one version of a function: what instances are pooled by.
package struct VersionKey: Hashable, Sendable, CustomStringConvertible {
    /// The version that code and settings are changed in.
    package static let latest = "$LATEST"

    package let function: String
    /// `$LATEST`, a decimal number, or the name of a candidate.
    package let version: String
    /// Whether it is tried beside the function's versions: nothing is routed to it, and it counts neither in the
    /// function's metrics nor against its concurrency.
    package let isCandidate: Bool

    package init(function: String, version: String = VersionKey.latest) {
        self.function = function
        self.version = version
        self.isCandidate = false
    }

    /// A candidate.
    ///
    /// - Parameter name: unlike any version's, and never used again by the host.
    package init(function: String, candidate name: String) {
        self.function = function
        self.version = name
        self.isCandidate = true
    }

    /// `name:version`, the form used in messages.
    package var description: String { "\(self.function):\(self.version)" }
}

/// Names one version of a function: what instances are pooled by.
package struct VersionKey: Hashable, Sendable, CustomStringConvertible {
    /// The version that code and settings are changed in.
    package static let latest = "$LATEST"

    package let function: String
    /// `$LATEST` or a decimal number.
    package let version: String

    package init(function: String, version: String = VersionKey.latest) {
        self.function = function
        self.version = version
    }

    /// `name:version`, the form used in messages.
    package var description: String { "\(self.function):\(self.version)" }
}

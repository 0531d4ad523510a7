/// A name that asynchronous events are sent to: each has a queue and limits of retries of its own.
package struct AsyncTarget: Sendable, Hashable {
    package let function: String
    /// A version number, an alias or `$LATEST`.
    package let qualifier: String

    package init(function: String, qualifier: String = VersionKey.latest) {
        self.function = function
        self.qualifier = qualifier
    }
}

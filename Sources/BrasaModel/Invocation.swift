/// An event bound to the version that answers it.
package struct Invocation: Sendable {
    package let event: Event
    /// Changes only before it has begun, when the version is replaced.
    package var version: FunctionVersion

    package init(event: Event, version: FunctionVersion) {
        self.event = event
        self.version = version
    }
}

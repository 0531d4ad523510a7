/// An event bound to the version that answers it.
package struct Invocation: Sendable {
    package let event: Event
    package let version: FunctionVersion

    package init(event: Event, version: FunctionVersion) {
        self.event = event
        self.version = version
    }
}

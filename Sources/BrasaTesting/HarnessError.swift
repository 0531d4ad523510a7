/// What the harness itself could not do, or saw go wrong outside of what a test asked for.
package struct HarnessError: Error, CustomStringConvertible {
    package let message: String

    package init(_ message: String) {
        self.message = message
    }

    package var description: String { self.message }
}

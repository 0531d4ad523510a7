import Foundation

/// A file that functions wait for: `{"until":"<path>"}` in the events of some fixtures.
///
/// A call that has to be under way while something else happens ends when that has happened, and not after a time.
package struct Gate: Sendable {
    package let path: String
    /// The event of a call that waits.
    package var event: String { #"{"until":"\#(self.path)"}"# }

    /// Lets go on all who wait, and who come later.
    package func open() throws {
        guard FileManager.default.createFile(atPath: self.path, contents: nil) else {
            throw HarnessError("Cannot write \(self.path).")
        }
    }
}

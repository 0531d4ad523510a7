/// The `Handler` of a function: which file of the archive, and which function of the library.
///
/// Forms: `file.so#entry`, `file.so`, `entry`; empty and `bootstrap`, which custom runtimes have by convention, stand for
/// the library's first function.
package struct HandlerName: Sendable, Hashable {
    /// Path or name of the library in the archive; nil: the only one there.
    package let file: String?
    /// nil: the library's first.
    package let entry: String?

    /// - Throws: `LambdaError` naming the forms allowed.
    package init(_ text: String?) throws {
        guard let text, !text.isEmpty, text != "bootstrap" else {
            self.file = nil
            self.entry = nil
            return
        }
        let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let namesFile = parts.count == 2 || parts[0].hasSuffix(".so")
        self.file = namesFile && !parts[0].isEmpty ? parts[0] : nil
        self.entry = parts.count == 2 ? parts[1] : (namesFile ? nil : parts[0])
        let fileIsGood = self.file.map { $0.hasSuffix(".so") } ?? true
        let entryIsGood = self.entry.map { FunctionReference.isName($0) && $0.utf8.count <= 64 } ?? true
        guard fileIsGood, entryIsGood else {
            throw LambdaError.invalidParameter(
                "Handler \"\(text)\" is not allowed: give \"file.so#entry\", \"file.so\" or the name of a function in the "
                    + "library (1 to 64 of A-Z a-z 0-9 - _), or leave it out for the library's first function.")
        }
    }
}

/// How a function's library is made, for `brasa dev`.
package struct FunctionBuild: Sendable, Hashable, Codable {
    /// A command line for `/bin/sh`, run in the project's folder.
    package var command: String
    /// Files and folders whose changes run it, absolute or relative to the project's folder; empty: where the sources of a
    /// function of that name are expected.
    package var sources: [String]

    package init(command: String, sources: [String] = []) {
        self.command = command
        self.sources = sources
    }
}

/// A place in a configuration file, for people to jump to.
package struct SourceLocation: Sendable, Hashable, Codable {
    /// The file as it was given, relative or absolute.
    package var file: String
    /// Line from 1.
    package var line: Int
    /// Column from 1, in Unicode scalars.
    package var column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }
}

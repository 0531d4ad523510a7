/// A function that a host of a test serves.
package struct TestFunction: Sendable {
    package let name: String
    /// The library's file.
    let libraryPath: @Sendable () throws -> String
    /// Lines of its entry in `serverless.yml` beside the handler; empty: nothing but the defaults.
    let settings: String
    /// The function inside the library; nil: its first.
    let entry: String?

    /// A library of `Tests/Fixtures`.
    ///
    /// - Parameters:
    ///   - fixture: the file's name there, without `.c`.
    ///   - name: what it is called by; the fixture's name when nil.
    ///   - settings: lines of its entry in `serverless.yml`, such as `timeout: 300ms`.
    package init(fixture: String, name: String? = nil, entry: String? = nil, settings: String = "") {
        self.name = name ?? fixture
        self.libraryPath = { try FixtureLibrary.build(fixture) }
        self.settings = settings
        self.entry = entry
    }

    /// Any file.
    package init(file: String, name: String, settings: String = "") {
        self.name = name
        self.libraryPath = { file }
        self.settings = settings
        self.entry = nil
    }
}

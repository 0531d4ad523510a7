/// A function that a host of a test serves.
package struct TestFunction: Sendable {
    package let name: String
    /// The library's file; nil: the host finds it by itself.
    let libraryPath: @Sendable () throws -> String?
    /// Lines of its entry in `serverless.yml` beside the handler; without a `timeout` there, it is 30 seconds.
    let settings: String
    /// The function inside the library; nil: its first.
    let entry: String?
    /// The handler as a whole; nil: the library's file and `entry`.
    var handler: String?

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

    /// A plain C function, of a library of `Tests/Fixtures` or of the system.
    ///
    /// - Parameters:
    ///   - symbol: its name, which the function has too unless `name` is given.
    ///   - library: a fixture's name; with a slash or `.so` in it, the library as configuration names it.
    ///   - settings: lines below `brasa:`, beside the signature.
    package init(
        symbol: String, library: String, signature: String, name: String? = nil, settings: [String] = [],
        more: String = ""
    ) {
        let isFixture = !library.contains("/") && !library.contains(".so")
        self.name = name ?? symbol
        self.libraryPath = { isFixture ? try FixtureLibrary.build(library) : nil }
        let lines = ["signature: '\(signature.replacing("'", with: "''"))'"] + settings
        self.settings = (["brasa:"] + lines.map { "  \($0)" }).joined(separator: "\n") + "\n" + more
        self.entry = symbol
        if !isFixture { self.handler = "\(library)#\(symbol)" }
    }

    /// Any file.
    package init(file: String, name: String, settings: String = "") {
        self.name = name
        self.libraryPath = { file }
        self.settings = settings
        self.entry = nil
    }
}

import Foundation

/// A program that was built together with the tests.
package enum BuiltProgram {
    /// The path beside the running program; `swift build` and `swift test` put all products into one folder.
    package static func path(_ name: String) -> String {
        let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let beside = URL(fileURLWithPath: executable).deletingLastPathComponent().appendingPathComponent(name).path
        if FileManager.default.isExecutableFile(atPath: beside) { return beside }
        // Some toolchains run tests from a program of their own.
        return FixtureLibrary.repositoryPath + "/.build/debug/" + name
    }
}

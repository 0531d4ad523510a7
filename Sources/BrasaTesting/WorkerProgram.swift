import Foundation

/// The `brasa-worker` program that was built together with the tests.
package enum WorkerProgram {
    /// Its path, beside the running program; `swift build` and `swift test` put both into one folder.
    package static let path: String = {
        let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let beside = URL(fileURLWithPath: executable).deletingLastPathComponent()
            .appendingPathComponent("brasa-worker").path
        if FileManager.default.isExecutableFile(atPath: beside) { return beside }
        // Some toolchains run tests from a program of their own.
        return FixtureLibrary.repositoryPath + "/.build/debug/brasa-worker"
    }()
}

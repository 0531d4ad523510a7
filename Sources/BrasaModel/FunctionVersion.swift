/// Code and settings that belong together and never change; what a pool runs.
///
/// A reference inside, so that taking it along costs next to nothing: each invocation carries it through every stage.
package struct FunctionVersion: Sendable, Hashable {
    private final class Contents: Sendable {
        let key: VersionKey
        let codeSHA256: String
        let codeSizeBytes: Int
        let libraryPath: String
        let settings: FunctionSettings
        let identity: Int

        init(key: VersionKey, codeSHA256: String, codeSizeBytes: Int, libraryPath: String, settings: FunctionSettings) {
            self.key = key
            self.codeSHA256 = codeSHA256
            self.codeSizeBytes = codeSizeBytes
            self.libraryPath = libraryPath
            self.settings = settings
            var hasher = Hasher()
            hasher.combine(key)
            hasher.combine(codeSHA256)
            hasher.combine(settings)
            self.identity = hasher.finalize()
        }
    }

    private let contents: Contents

    package var key: VersionKey { self.contents.key }
    /// SHA-256 of the library, 64 lower-case hexadecimal digits.
    package var codeSHA256: String { self.contents.codeSHA256 }
    /// Size of the library.
    package var codeSizeBytes: Int { self.contents.codeSizeBytes }
    /// Where the host's own copy of the library lies, never the user's path; of a library of the system, that library.
    package var libraryPath: String { self.contents.libraryPath }
    package var settings: FunctionSettings { self.contents.settings }

    package init(
        key: VersionKey, codeSHA256: String, codeSizeBytes: Int, libraryPath: String, settings: FunctionSettings
    ) {
        self.contents = Contents(
            key: key, codeSHA256: codeSHA256, codeSizeBytes: codeSizeBytes, libraryPath: libraryPath,
            settings: settings)
    }

    package static func == (left: Self, right: Self) -> Bool {
        let (left, right) = (left.contents, right.contents)
        return left === right
            || (left.identity == right.identity && left.key == right.key && left.codeSHA256 == right.codeSHA256)
    }

    /// By a hash of all of it that was made once: versions are looked up for each invocation.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.contents.identity)
    }
}

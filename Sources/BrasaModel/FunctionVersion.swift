/// Code and settings that belong together and never change; what a pool runs.
package struct FunctionVersion: Sendable, Hashable {
    package let key: VersionKey
    /// SHA-256 of the library, 64 lower-case hexadecimal digits.
    package let codeSHA256: String
    /// Size of the library.
    package let codeSizeBytes: Int
    /// Where the host's own copy of the library lies, never the user's path; of a library of the system, that library.
    package let libraryPath: String
    package let settings: FunctionSettings
    /// Hash of all of it, made once: versions are looked up for each invocation.
    private let identity: Int

    package init(
        key: VersionKey, codeSHA256: String, codeSizeBytes: Int, libraryPath: String, settings: FunctionSettings
    ) {
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

    package static func == (left: Self, right: Self) -> Bool {
        left.identity == right.identity && left.key == right.key && left.codeSHA256 == right.codeSHA256
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.identity)
    }
}

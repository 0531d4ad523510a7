/// Code and settings that belong together and never change; what a pool runs.
package struct FunctionVersion: Sendable, Hashable {
    package let key: VersionKey
    /// SHA-256 of the library, 64 lower-case hexadecimal digits.
    package let codeSHA256: String
    /// Size of the library.
    package let codeSizeBytes: Int
    /// Where the host's own copy of the library lies; never the user's path.
    package let libraryPath: String
    package let settings: FunctionSettings

    package init(
        key: VersionKey, codeSHA256: String, codeSizeBytes: Int, libraryPath: String, settings: FunctionSettings
    ) {
        self.key = key
        self.codeSHA256 = codeSHA256
        self.codeSizeBytes = codeSizeBytes
        self.libraryPath = libraryPath
        self.settings = settings
    }
}

/// A function found in the functions folder, with what configuration says about it.
package struct FolderFunction: Sendable, Hashable {
    package var name: String
    /// SHA-256 of the library, 64 lower-case hexadecimal digits.
    package var codeSHA256: String
    package var sizeBytes: Int
    /// The host's own copy, as the blob store answered it; of a library of the system, that library itself.
    package var libraryPath: String
    /// Whether it is a library of the system, which is used where it lies: a copy would be a second one in the process
    /// beside the one that other libraries need.
    package var isSystemLibrary: Bool
    package var settings: FunctionSettings

    package init(
        name: String, codeSHA256: String, sizeBytes: Int, libraryPath: String, isSystemLibrary: Bool = false,
        settings: FunctionSettings
    ) {
        self.isSystemLibrary = isSystemLibrary
        self.name = name
        self.codeSHA256 = codeSHA256
        self.sizeBytes = sizeBytes
        self.libraryPath = libraryPath
        self.settings = settings
    }
}

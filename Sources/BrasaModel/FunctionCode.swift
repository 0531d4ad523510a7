/// A library as it was uploaded.
package struct FunctionCode: Sendable {
    /// The bytes of the library.
    package var library: [UInt8]
    /// The name of its file, ending in `.so`, without folder.
    package var fileName: String
    /// The archive it came in; nil when the library itself was sent.
    package var package: [UInt8]?

    package init(library: [UInt8], fileName: String, package: [UInt8]? = nil) {
        self.library = library
        self.fileName = fileName
        self.package = package
    }
}

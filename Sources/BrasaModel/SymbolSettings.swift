/// A plain C function of a library, declared in configuration: what to call and how.
///
/// Part of the settings, so a changed signature is a new version.
package struct SymbolSettings: Sendable, Hashable, Codable {
    /// The library as configuration names it: a file of the functions folder, a name the system's loader knows, or an
    /// absolute path.
    package var library: String
    /// Name of the function in the library.
    package var name: String
    /// The signature as written.
    package var signature: String
    /// Name of the function that takes returned pointers back; nil: nobody does, or the C library's `free`.
    package var release: String?
    /// JSON that describes the call to the worker; see `brasa_symbol.h`.
    package var call: String

    package init(library: String, name: String, signature: String, release: String? = nil, call: String) {
        self.library = library
        self.name = name
        self.signature = signature
        self.release = release
        self.call = call
    }

    /// Every function the library has to export.
    package var exports: [String] {
        [self.name] + [self.release].compactMap { $0 }.filter { $0 != "free" && $0 != self.name }
    }
}

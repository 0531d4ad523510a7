package import BrasaConfig
import BrasaModel
import BrasaPool
import Glibc

/// Where a function's library lies.
package struct LibraryPlace: Sendable, Hashable {
    package let path: String
    /// As configuration names it; in the functions folder its file name.
    package let file: String
    /// Whether it belongs to the system and is used where it lies, not as a copy.
    package var isSystem = false

    init(path: String, file: String) {
        self.path = path
        self.file = file
    }

    /// The file in the functions folder; of a plain C function also what the system's loader finds, or an absolute path.
    ///
    /// nil when the system has no such library. Blocks on the disk.
    package init?(_ function: ConfiguredFunction, folder: String) {
        self.file = function.libraryFile
        let path = "\(folder)/\(function.libraryFile)"
        guard let library = function.settings.symbol?.library, access(path, F_OK) != 0 else {
            self.path = path
            return
        }
        self.isSystem = true
        if library.hasPrefix("/") {
            guard access(library, F_OK) == 0 else { return nil }
            self.path = library
        } else {
            guard let found = LibraryInspection.find(library: library) else { return nil }
            self.path = found
        }
    }

    /// Why a place could not be found.
    package static func problem(of function: ConfiguredFunction, folder: String) -> String {
        let library = function.libraryFile
        if library.hasPrefix("/") { return "its library \(library) does not exist." }
        return
            "its library \(library) is neither in \(folder) nor where the system's loader looks (/etc/ld.so.conf and the"
            + " standard folders); install the package that has it."
    }
}

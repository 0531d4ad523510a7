import CBrasaInstance
import Glibc

/// A function's library, loaded into the host.
///
/// Made and closed on threads that may block. The C side guards what its instances share.
final class InprocessLibrary: @unchecked Sendable {
    // Never changed after the initialiser; the library's own calls are guarded by a mutex of its own.
    let handle: OpaquePointer
    /// Name of its instances' threads, which threads they start inherit; at most 15 bytes.
    let threadName: String
    /// Why its code has to stay in the host when the version is over; nil: it can go.
    private let reasonToStay: String?

    /// Loads it: its constructors and its entry point run.
    ///
    /// - Parameters:
    ///   - path: the host's own copy, whose name changes with its content: the dynamic linker goes by names.
    ///   - entry: the function inside; empty: its first.
    ///   - number: not used by another library of this host.
    /// - Throws: `InprocessLibraryError` when it cannot be loaded or has no such function.
    init(path: String, entry: String, function: String, number: UInt64) throws(InprocessLibraryError) {
        var why = [CChar](repeating: 0, count: 2_048)
        guard let handle = brasa_inprocess_library_open(path, entry, &why, why.count) else {
            let bytes = why.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            throw InprocessLibraryError(message: String(decoding: bytes, as: UTF8.self))
        }
        self.handle = handle
        self.threadName = String("f\(number)-\(function)".prefix(15))
        let language = LibraryInspection(path: path).language
        if brasa_inprocess_library_starts_threads(handle) != 0 {
            self.reasonToStay = "it starts threads"
        } else if language == "C or C++" {
            self.reasonToStay = nil
        } else {
            // Swift, Go and Rust register what lives until the process ends.
            self.reasonToStay = "libraries in \(language ?? "an unknown language") cannot be unloaded"
        }
    }

    /// Takes its code out of the host, if that is safe.
    ///
    /// Its instances have been freed. Blocks.
    ///
    /// - Returns: why it stays; nil: it is gone.
    func close() -> String? {
        // Threads that the function has left behind would run into nothing.
        let isQuiet = brasa_inprocess_threads_ended(self.threadName) != 0
        let reason = self.reasonToStay ?? (isQuiet ? nil : "threads it has started still run")
        brasa_inprocess_library_close(self.handle, reason == nil ? 1 : 0)
        return reason
    }
}

/// A library that cannot be loaded into the host.
struct InprocessLibraryError: Error {
    /// A full sentence of the loader.
    let message: String
}

import Glibc

/// Small reads and writes of the kernel's files, which have no use for buffering.
enum SystemFile {
    /// The whole content; nil when it cannot be read.
    static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { return nil }
        return String(decoding: bytes[0..<count], as: UTF8.self)
    }

    /// Writes `text` in one call.
    ///
    /// - Throws: `MemoryCapError` naming the path and the system's reason.
    static func write(_ text: String, to path: String) throws(MemoryCapError) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("open", path) }
        defer { close(descriptor) }
        var text = text
        let written = text.withUTF8 { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard written == text.utf8.count else { throw Self.failure("write '\(text)' to", path) }
    }

    /// Makes a folder; one that exists is fine.
    static func makeFolder(_ path: String, mode: mode_t = 0o755) throws(MemoryCapError) {
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw Self.failure("make the folder", path) }
    }

    static func failure(_ verb: String, _ path: String) -> MemoryCapError {
        MemoryCapError(message: "Cannot \(verb) \(path): \(String(cString: strerror(errno))).")
    }
}

import BrasaModel
import Glibc

/// The blocking file operations of `BlobStore`.
enum BlobFile {
    /// The whole content of a file.
    ///
    /// - Throws: also when the file is written to meanwhile.
    static func read(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw self.failure("opened", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw self.failure("examined", path) }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw self.failure("read", path) }
            offset += count
        }
        var after = stat()
        guard fstat(descriptor, &after) == 0 else { throw self.failure("examined", path) }
        guard after.st_size == status.st_size, self.isSame(after.st_mtim, status.st_mtim),
            self.isSame(after.st_ctim, status.st_ctim)
        else { throw CatalogError(.storage, "The file \(path) was changed while it was read.") }
        return bytes
    }

    private static func isSame(_ one: timespec, _ other: timespec) -> Bool {
        one.tv_sec == other.tv_sec && one.tv_nsec == other.tv_nsec
    }

    /// Writes `bytes` to the file `beside` and renames it to `path`.
    static func write(_ bytes: [UInt8], beside partial: String, as path: String) throws {
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o444)
        guard descriptor >= 0 else { throw self.failure("created", partial) }
        do {
            defer { close(descriptor) }
            try self.writeAll(bytes, to: descriptor, path: partial)
            // The mode of open is narrowed by the umask, which may not make libraries unreadable for workers.
            guard fchmod(descriptor, 0o444) == 0 else { throw self.failure("made readable", partial) }
            guard rename(partial, path) == 0 else { throw self.failure("renamed to \(path)", partial) }
        } catch {
            unlink(partial)
            throw error
        }
    }

    /// Makes a folder and those above it, mode 0755.
    static func makeFolder(_ path: String) throws {
        var prefix = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            prefix += "/\(part)"
            if mkdir(prefix, 0o755) != 0 && errno != EEXIST { throw self.failure("created", prefix) }
        }
    }

    /// Makes sure the content of a file is on the medium.
    static func syncFile(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw self.failure("opened", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw self.failure("synced", path) }
    }

    /// Makes sure the entries of a folder are on the medium.
    static func syncFolder(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw self.failure("opened", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw self.failure("synced", path) }
    }

    /// The names in a folder; empty when it does not exist.
    static func entries(of path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Time since a folder was made, changed or touched, at least 0; 0 when it does not exist.
    ///
    /// The time of a file may be ahead of `time`, which only moves with the timer's ticks.
    static func ageSeconds(_ path: String) -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else { return 0 }
        return max(0, Glibc.time(nil) - status.st_mtim.tv_sec)
    }

    /// Makes a folder look as if it had been changed now.
    static func touch(_ path: String) {
        utimensat(AT_FDCWD, path, nil, 0)
    }

    /// Removes a folder of files.
    static func removeFolder(_ path: String) {
        for name in self.entries(of: path) { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32, path: String) throws {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw self.failure("written", path) }
            offset += count
        }
    }

    private static func failure(_ verb: String, _ path: String) -> CatalogError {
        CatalogError(.storage, "The file \(path) could not be \(verb): \(String(cString: strerror(errno))).")
    }
}

import Glibc

/// Exclusive use of a state directory, from `init` until the last reference is gone or the process ends in any way.
///
/// The lock is `flock(2)` on `host.lock`: the kernel releases it with the process, so `kill -9` leaves nothing to clean
/// up, and it is close-on-exec, so programs that the host starts do not keep it. A process forked *without* exec would.
package final class StateDirectoryLock: Sendable {
    /// Name of the locked file; its text is the process id of the latest owner.
    package static let fileName = "host.lock"

    package let directory: String
    private let descriptor: CInt

    /// Makes the directory where it does not exist, with its parents, mode 0700, and takes the lock without waiting.
    ///
    /// - Throws: `inUse` when another host has it, `inaccessible` when the file system refuses.
    package init(directory: String) throws(StorageError) {
        self.directory = directory
        try Self.make(directory)
        let path = directory + "/" + Self.fileName
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw Self.refused("The lock file \(path) cannot be opened", errno)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let number = errno
            let owner = Self.owner(descriptor)
            close(descriptor)
            guard number == EWOULDBLOCK else {
                throw Self.refused("The lock file \(path) cannot be locked: \(Self.text(number)).")
            }
            throw StorageError(
                .inUse,
                "The state directory \(directory) is in use by another host\(owner.map { " (process \($0))" } ?? ""). "
                    + "Stop that host, or give this one a state directory of its own.")
        }
        self.descriptor = descriptor
        // Only for the message above: that it can fail (a full disk) does not matter.
        let text = "\(getpid())\n"
        _ = ftruncate(descriptor, 0)
        _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
    }

    deinit {
        close(self.descriptor)
    }

    /// Makes a directory and its missing parents, and syncs the directories they are entered in.
    private static func make(_ directory: String) throws(StorageError) {
        var status = stat()
        if stat(directory, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw Self.refused("The state directory \(directory) is a file, not a directory.")
            }
            return
        }
        let parent = Self.parent(of: directory)
        if parent != directory { try Self.make(parent) }
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else {
            throw Self.refused("The state directory \(directory) cannot be made", errno)
        }
        // Without this the files in it would be durable, but not the way to them.
        let descriptor = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw Self.refused("The directory \(parent) cannot be synced: \(Self.text(errno)).")
        }
    }

    private static func parent(of path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func owner(_ descriptor: CInt) -> Int? {
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        return Int(String(decoding: bytes[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }

    private static func refused(_ message: String) -> StorageError { StorageError(.inaccessible, message) }

    private static func refused(_ what: String, _ number: CInt) -> StorageError {
        let isPlace = [EACCES, EPERM, EROFS, ENOENT].contains(number)
        let advice =
            " The host keeps all that survives a restart there, and its user (\(geteuid())) has to own it; "
            + "state in host.yml or --state names another place."
        return Self.refused("\(what): \(Self.text(number)).\(isPlace ? advice : "")")
    }

    private static func text(_ number: CInt) -> String { String(cString: strerror(number)) }
}

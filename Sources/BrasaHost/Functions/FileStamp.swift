import Glibc

/// Tells whether a file is still the one that was read.
struct FileStamp: Sendable, Hashable {
    let device: UInt64
    let inode: UInt64
    let sizeBytes: Int64
    let modifiedNanoseconds: Int64
    let changedNanoseconds: Int64

    /// nil when there is no such file.
    ///
    /// Follows links.
    init?(_ path: String) {
        var about = stat()
        guard stat(path, &about) == 0 else { return nil }
        self.device = UInt64(about.st_dev)
        self.inode = UInt64(about.st_ino)
        self.sizeBytes = Int64(about.st_size)
        self.modifiedNanoseconds = Int64(about.st_mtim.tv_sec) * 1_000_000_000 + Int64(about.st_mtim.tv_nsec)
        self.changedNanoseconds = Int64(about.st_ctim.tv_sec) * 1_000_000_000 + Int64(about.st_ctim.tv_nsec)
    }

    /// Whether there is a symbolic link at `path`.
    static func isLink(_ path: String) -> Bool {
        var about = stat()
        return lstat(path, &about) == 0 && about.st_mode & S_IFMT == S_IFLNK
    }
}

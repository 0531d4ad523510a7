import Foundation

/// What a state directory holds that outlives the host: what a snapshot has, and what restoring and resetting replace.
///
/// Everything else in it (the lock, scratch folders) belongs to the host that runs.
package enum StateFolder {
    /// Databases, each a file that may have a log beside it.
    package static let databases = ["catalog.sqlite", "async.sqlite", "tables.sqlite"]
    /// Folders of files.
    package static let folders = ["blobs"]

    /// All names of the above that a directory may have, logs included.
    static let names = Self.databases.flatMap { [$0, $0 + "-wal", $0 + "-shm"] } + Self.folders

    /// Makes what was done to the entries of a directory survive the machine.
    static func sync(_ directory: String) throws(StorageError) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.refused(directory) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Self.refused(directory) }
    }

    private static func refused(_ path: String) -> StorageError {
        StorageError(.inaccessible, "The directory \(path) cannot be synced: \(String(cString: strerror(errno))).")
    }
}

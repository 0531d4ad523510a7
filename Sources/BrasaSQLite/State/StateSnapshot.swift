import Foundation
import GRDB

/// A copy of a host's state in a folder of its own, taken while the host works.
package enum StateSnapshot {
    /// What says that a folder is a snapshot, and is written last.
    static let manifestName = "snapshot.json"

    /// The manifest.
    package struct Manifest: Codable, Sendable, Hashable {
        /// Milliseconds since 1970.
        package var takenAtMilliseconds: Int64
        package var files: [String]
        package var sizeBytes: Int64
    }

    /// Copies the state of a directory that a running host owns.
    ///
    /// Each database is copied as it stands at one moment. Blocks while it copies.
    ///
    /// - Parameter target: where the snapshot is to be; nothing may be there.
    /// - Throws: `StorageError` when something is there, or cannot be read or written; nothing is left there then.
    package static func take(of directory: String, to target: String, now: Int64) throws(StorageError) -> Manifest {
        let files = FileManager.default
        guard !files.fileExists(atPath: target) else {
            throw StorageError(.inaccessible, "\(target) exists; a snapshot wants a folder that does not.")
        }
        let partial = target + ".partial"
        do {
            try? files.removeItem(atPath: partial)
            try files.createDirectory(
                atPath: partial, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            // Files first, then the catalog that names them, then files that came meanwhile: none it names is missing.
            try self.copyFolders(directory, partial)
            for name in StateFolder.databases where files.fileExists(atPath: "\(directory)/\(name)") {
                try self.copyDatabase("\(directory)/\(name)", "\(partial)/\(name)")
            }
            try self.copyFolders(directory, partial)
            let manifest = try self.manifest(partial, now: now)
            try JSONEncoder().encode(manifest).write(to: URL(fileURLWithPath: "\(partial)/\(self.manifestName)"))
            try self.syncTree(partial)
            try files.moveItem(atPath: partial, toPath: target)
            try StateFolder.sync((target as NSString).deletingLastPathComponent)
            return manifest
        } catch let error as StorageError {
            try? files.removeItem(atPath: partial)
            throw error
        } catch {
            try? files.removeItem(atPath: partial)
            throw StorageError(
                .inaccessible, "The snapshot \(target) cannot be taken: \(error.localizedDescription)", cause: error)
        }
    }

    /// Checks that a folder is a complete snapshot.
    ///
    /// - Throws: `StorageError` with `foreign`, or `damaged`.
    package static func check(_ snapshot: String) throws(StorageError) {
        let files = FileManager.default
        guard let data = files.contents(atPath: "\(snapshot)/\(self.manifestName)"),
            let manifest = try? JSONDecoder().decode(Manifest.self, from: data)
        else {
            throw StorageError(
                .foreign, "\(snapshot) is no snapshot: it has no readable \(self.manifestName), which is written last.")
        }
        for name in manifest.files where !files.fileExists(atPath: "\(snapshot)/\(name)") {
            throw StorageError(.damaged, "The snapshot \(snapshot) is damaged: its file \(name) is missing.")
        }
    }

    private static func copyDatabase(_ source: String, _ target: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        let from = try DatabaseQueue(path: source, configuration: configuration)
        let to = try DatabaseQueue(path: target)
        try from.backup(to: to)
        try to.close()
        try from.close()
    }

    private static func copyFolders(_ directory: String, _ target: String) throws {
        let files = FileManager.default
        for folder in StateFolder.folders where files.fileExists(atPath: "\(directory)/\(folder)") {
            try files.createDirectory(atPath: "\(target)/\(folder)", withIntermediateDirectories: true)
            for name in try files.contentsOfDirectory(atPath: "\(directory)/\(folder)") {
                let (from, to) = ("\(directory)/\(folder)/\(name)", "\(target)/\(folder)/\(name)")
                guard !files.fileExists(atPath: to) else { continue }
                do {
                    try files.copyItem(atPath: from, toPath: to)
                } catch CocoaError.fileReadNoSuchFile, CocoaError.fileNoSuchFile {
                    // Removed since it was listed: nothing names it any more.
                    continue
                }
            }
        }
    }

    private static func manifest(_ folder: String, now: Int64) throws -> Manifest {
        let files = FileManager.default
        var manifest = Manifest(takenAtMilliseconds: now, files: [], sizeBytes: 0)
        for name in try files.subpathsOfDirectory(atPath: folder).sorted() {
            let attributes = try files.attributesOfItem(atPath: "\(folder)/\(name)")
            guard attributes[.type] as? FileAttributeType == .typeRegular else { continue }
            manifest.files.append(name)
            manifest.sizeBytes += (attributes[.size] as? NSNumber)?.int64Value ?? 0
        }
        return manifest
    }

    /// Syncs all files below a folder, and the folders.
    static func syncTree(_ folder: String) throws {
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            let descriptor = open("\(folder)/\(name)", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            guard fsync(descriptor) == 0 else {
                throw StorageError(
                    .inaccessible, "\(folder)/\(name) cannot be synced: \(String(cString: strerror(errno))).")
            }
        }
        try StateFolder.sync(folder)
    }
}

import BrasaModel
import Dispatch
import Glibc
import Synchronization

/// The host's own copies of libraries and archives, one folder for each content.
///
/// Layout: `<directory>/<sha256>/<file name>`, mode 0444. A file is written beside and renamed, so one that is there is
/// whole as long as the machine runs; `sync` makes that true after a power cut too, and comes before anything that refers to
/// a blob is stored. What was written and never renamed (`.<number>.partial`), or never referred to, is removed by `sweep`.
/// Callable from any thread; the work is done on a queue of its own because it blocks.
package final class BlobStore: Sendable {
    /// A stored file.
    package struct Blob: Sendable, Hashable {
        /// 64 lower-case hexadecimal digits.
        package let sha256: String
        package let sizeBytes: Int
        package let path: String
    }

    /// The folder of all blobs.
    package let directory: String
    /// Time a content is kept after it was stored last, whatever `remove` says: it may be about to be referenced.
    private let minimumAgeSeconds: Int
    private let queue = DispatchQueue(label: "brasa.blobs")
    /// Digests of files that may not be on the medium yet.
    private let unsynced = Mutex<Set<String>>([])

    /// Blobs below `directory`, which is made on first use.
    package init(directory: String, minimumAgeSeconds: Int = 10) {
        self.directory = directory
        self.minimumAgeSeconds = minimumAgeSeconds
    }

    /// Where a blob lies, whether it exists or not.
    package func path(sha256: String, fileName: String) -> String {
        "\(self.directory)/\(sha256)/\(fileName)"
    }

    /// Stores `bytes`; when the content is there already, under whatever name, that file is the answer.
    ///
    /// - Throws: `CatalogError` with code `storage`, naming the path.
    package func store(_ bytes: [UInt8], fileName: String) async throws -> Blob {
        try await self.blocking { try self.write(bytes, fileName: fileName) }
    }

    /// Stores a copy of the file at `path` under its own name.
    package func store(fileAt path: String) async throws -> Blob {
        try await self.blocking {
            let name = path.split(separator: "/").last.map(String.init) ?? "library.so"
            return try self.write(try BlobFile.read(path), fileName: name)
        }
    }

    /// What a file would be as a blob, without storing it; `path` is the file itself.
    ///
    /// - Throws: `CatalogError` with code `storage`, naming the path.
    package func identify(fileAt path: String) async throws -> Blob {
        try await self.blocking {
            let bytes = try BlobFile.read(path)
            return Blob(sha256: SHA256.hexadecimal(bytes), sizeBytes: bytes.count, path: path)
        }
    }

    /// The content of a blob.
    package func read(_ path: String) async throws -> [UInt8] {
        try await self.blocking { try BlobFile.read(path) }
    }

    /// Returns when everything stored so far is on the medium.
    ///
    /// - Throws: `CatalogError` with code `storage`, naming the path.
    package func sync() async throws {
        guard !self.unsynced.withLock({ $0.isEmpty }) else { return }
        try await self.blocking {
            for sha256 in self.unsynced.withLock({ $0 }) {
                let folder = "\(self.directory)/\(sha256)"
                // Removed meanwhile: then there is nothing to keep.
                for name in BlobFile.entries(of: folder) { try BlobFile.syncFile("\(folder)/\(name)") }
                if access(folder, F_OK) == 0 { try BlobFile.syncFolder(folder) }
                self.unsynced.withLock { _ = $0.remove(sha256) }
            }
            try BlobFile.syncFolder(self.directory)
        }
    }

    /// Removes a content, unless it was stored so recently that something may be about to refer to it.
    ///
    /// Returns whether it is gone; one that was not there is.
    package func remove(sha256: String) async -> Bool {
        let isGone = try? await self.blocking { self.removeFolder("\(self.directory)/\(sha256)") }
        return isGone ?? false
    }

    /// Removes every content that is not in `keeping`, and what interrupted writes have left.
    ///
    /// For the start, when nothing else uses the folder: what no document refers to may never have reached the medium.
    package func sweep(keeping: Set<String>) async {
        _ = try? await self.blocking {
            for name in BlobFile.entries(of: self.directory) where !keeping.contains(name) {
                if name.hasSuffix(".partial") {
                    unlink("\(self.directory)/\(name)")
                } else if name.utf8.count == 64 {
                    BlobFile.removeFolder("\(self.directory)/\(name)")
                }
            }
        }
    }

    private func removeFolder(_ path: String) -> Bool {
        guard access(path, F_OK) == 0 else { return true }
        guard BlobFile.ageSeconds(path) >= self.minimumAgeSeconds else { return false }
        BlobFile.removeFolder(path)
        return true
    }

    private func write(_ bytes: [UInt8], fileName: String) throws -> Blob {
        let sha256 = SHA256.hexadecimal(bytes)
        let folder = "\(self.directory)/\(sha256)"
        if let existing = BlobFile.entries(of: folder).first {
            BlobFile.touch(folder)
            return Blob(sha256: sha256, sizeBytes: bytes.count, path: "\(folder)/\(existing)")
        }
        let path = self.path(sha256: sha256, fileName: fileName)
        try BlobFile.makeFolder(folder)
        try BlobFile.write(bytes, beside: "\(self.directory)/.\(UInt64.random(in: .min ... .max)).partial", as: path)
        self.unsynced.withLock { _ = $0.insert(sha256) }
        return Blob(sha256: sha256, sizeBytes: bytes.count, path: path)
    }

    private func blocking<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            self.queue.async { continuation.resume(with: Result(catching: work)) }
        }
    }
}

import BrasaModel
import Dispatch
import Glibc

/// The host's own copies of libraries and archives, one folder for each content.
///
/// Layout: `<directory>/<sha256>/<file name>`, mode 0444. A file is written beside, synced and renamed, so one that is
/// there is whole. What was written and never renamed (`.<number>.partial`) is removed by `sweep`. Callable from any thread;
/// the work is done on a queue of its own because it blocks.
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

    /// Blobs below `directory`, which is made on first use.
    package init(directory: String, minimumAgeSeconds: Int = 60) {
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

    /// The content of a blob.
    package func read(_ path: String) async throws -> [UInt8] {
        try await self.blocking { try BlobFile.read(path) }
    }

    /// Removes a content, unless it was stored within the last minute.
    ///
    /// One that is not there is not an error.
    package func remove(sha256: String) async {
        _ = try? await self.blocking { self.removeFolder("\(self.directory)/\(sha256)") }
    }

    /// Removes every content that is not in `keeping`, and what interrupted writes have left.
    package func sweep(keeping: Set<String>) async {
        _ = try? await self.blocking {
            for name in BlobFile.entries(of: self.directory) where !keeping.contains(name) {
                if name.hasSuffix(".partial") {
                    unlink("\(self.directory)/\(name)")
                } else if name.utf8.count == 64 {
                    self.removeFolder("\(self.directory)/\(name)")
                }
            }
        }
    }

    private func removeFolder(_ path: String) {
        if BlobFile.ageSeconds(path) >= self.minimumAgeSeconds { BlobFile.removeFolder(path) }
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
        try BlobFile.syncFolder(folder)
        try BlobFile.syncFolder(self.directory)
        return Blob(sha256: sha256, sizeBytes: bytes.count, path: path)
    }

    private func blocking<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            self.queue.async { continuation.resume(with: Result(catching: work)) }
        }
    }
}

import BrasaConfig
import BrasaModel
import BrasaPool
import BrasaRouter
import Glibc

/// The functions folder: finds libraries, checks them where they lie, and copies them under their hash.
///
/// A file is only read again when its identity, size or times have changed. For one task at a time.
struct FunctionFolder: Sendable {
    let configuration: Configuration
    let blobs: BlobStore
    private var known: [String: Known] = [:]

    /// What became of a file the last time it was read.
    private struct Known: Sendable {
        let stamp: FileStamp
        let result: Result<BlobStore.Blob, Problem>
    }

    private struct Problem: Error, Sendable {
        let message: String
    }

    /// What a scan found.
    struct Scan: Sendable {
        var functions: [FolderFunction] = []
        /// Libraries that are there but cannot be used.
        var refused: [FolderReport] = []
    }

    init(configuration: Configuration, blobs: BlobStore) {
        self.configuration = configuration
        self.blobs = blobs
    }

    /// Looks at the folder as it is now.
    ///
    /// A missing folder has no functions.
    mutating func scan() async -> Scan {
        var scan = Scan()
        let folder = self.configuration.host.functionsFolder
        let configured = self.configuration.functions
        for function in configured {
            await self.add(
                function.name, file: function.libraryFile, settings: function.settings, folder: folder, to: &scan)
        }
        let named = Set(configured.map(\.libraryFile))
        for file in Self.libraries(in: folder) where !named.contains(file) {
            let name = String(file.dropLast(3))
            if let problem = Self.problem(of: name, file: "\(folder)/\(file)", configured: configured) {
                scan.refused.append(FolderReport(name: name, problem: problem))
            } else {
                await self.add(
                    name, file: file, settings: self.configuration.unconfiguredSettings, folder: folder, to: &scan)
            }
        }
        return scan
    }

    private static func problem(of name: String, file: String, configured: [ConfiguredFunction]) -> String? {
        if !Self.isName(name) {
            return "\(file) cannot be a function: a name has 1 to 64 of A-Z a-z 0-9 - _. Rename the file."
        }
        if configured.contains(where: { $0.name == name }) {
            return "\(file) is not served: serverless.yml gives the name \(name) to another library."
        }
        return nil
    }

    private mutating func add(
        _ name: String, file: String, settings: FunctionSettings, folder: String, to scan: inout Scan
    ) async {
        let path = "\(folder)/\(file)"
        guard let stamp = FileStamp(path) else {
            self.known[path] = nil
            return
        }
        if self.known[path]?.stamp != stamp {
            self.known[path] = Known(stamp: stamp, result: await self.take(path))
        }
        switch self.known[path]?.result {
        case .success(let blob):
            scan.functions.append(
                FolderFunction(
                    name: name, codeSHA256: blob.sha256, sizeBytes: blob.sizeBytes, libraryPath: blob.path,
                    settings: settings))
        case .failure(let problem):
            let isUnsettled = stamp.modifiedNanoseconds / 1_000_000 > WallClock.milliseconds() - 1_000
            scan.refused.append(FolderReport(name: name, problem: problem.message, isUnsettled: isUnsettled))
        case nil: break
        }
    }

    private func take(_ path: String) async -> Result<BlobStore.Blob, Problem> {
        do {
            // Where it lies, because that is the path its author knows; the copy is checked again before it runs.
            try LibraryCheck.verify(path)
            return .success(try await self.blobs.store(fileAt: path))
        } catch {
            return .failure(Problem(message: "\(error)"))
        }
    }

    private static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45
                    || byte == 95
            }
    }

    private static func libraries(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".so"), !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}

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
}

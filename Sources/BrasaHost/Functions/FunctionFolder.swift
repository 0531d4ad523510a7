import BrasaConfig
import BrasaModel
import BrasaPool
import BrasaRouter
import CBrasaTransport
import Glibc

/// The functions folder: finds libraries, checks them where they lie, and copies them under their hash.
///
/// A file is only read again when its identity, size or times have changed, and only once it seems complete: when an event
/// said so, or when it has stayed the same from one look to the next. For one task at a time.
struct FunctionFolder: Sendable {
    let configuration: Configuration
    let blobs: BlobStore
    private var known: [LibraryUse: Known] = [:]
    /// Files seen changed that may still be written to, as they were at the last look.
    private var resting: [LibraryUse: FileStamp] = [:]
    /// Files that were complete but could not be used: they are read once more before that is believed.
    private var doubted: [LibraryUse: FileStamp] = [:]

    /// What became of a file the last time it was read.
    private struct Known: Sendable {
        let stamp: FileStamp
        let result: Result<BlobStore.Blob, LibraryProblem>
    }

    /// What a look at the folder found.
    struct Scan: Sendable {
        var functions: [FolderFunction] = []
        /// Libraries that are there but cannot be used.
        var refused: [FolderReport] = []
        /// Functions whose library is changing; look again soon.
        var unsettled: Set<String> = []
        /// When the event came that a function's library is complete, in nanoseconds of the monotonic clock.
        var completedAt: [String: UInt64] = [:]
        /// Why nobody can tell what is in the folder; nil: everything above is all there is.
        var problem: String?

        /// All functions whose library is there, usable or not.
        var names: Set<String> {
            Set(self.functions.map(\.name)).union(self.refused.map(\.name)).union(self.unsettled)
        }
    }

    init(configuration: Configuration, blobs: BlobStore) {
        self.configuration = configuration
        self.blobs = blobs
    }

    /// The same folder under other settings; what is known of its files stays known.
    func with(_ configuration: Configuration) -> FunctionFolder {
        var folder = FunctionFolder(configuration: configuration, blobs: self.blobs)
        folder.known = self.known
        return folder
    }

    /// Looks at the folder as it is now.
    ///
    /// A missing folder has no functions.
    mutating func scan(_ change: FolderChange) async -> Scan {
        var scan = Scan()
        let folder = self.configuration.host.functionsFolder
        let configured = self.configuration.functions
        if let problem = Self.problem(path: folder) {
            scan.problem = problem
            return scan
        }
        for function in configured {
            guard let place = LibraryPlace(function, folder: folder) else {
                let problem = LibraryPlace.problem(of: function, folder: folder)
                scan.refused.append(FolderReport(name: function.name, problem: problem))
                continue
            }
            await self.add(function.name, place, settings: function.settings, change, to: &scan)
        }
        let named = Set(configured.map(\.libraryFile))
        for file in Self.libraries(in: folder) where !named.contains(file) {
            let name = String(file.dropLast(3))
            if let problem = Self.problem(of: name, file: "\(folder)/\(file)", configured: configured) {
                scan.refused.append(FolderReport(name: name, problem: problem))
            } else {
                await self.add(
                    name, LibraryPlace(path: "\(folder)/\(file)", file: file),
                    settings: self.configuration.unconfiguredSettings, change,
                    to: &scan)
            }
        }
        return scan
    }

    /// Why what is at a path cannot be read as a folder; nil when it can be, and when nothing is there.
    static func problem(path: String) -> String? {
        guard let stream = opendir(path) else {
            guard errno != ENOENT else { return nil }
            let reason = errno == ENOTDIR ? "it is a file" : String(cString: strerror(errno))
            return
                "The functions folder \(path) cannot be read: \(reason). Let the host's user read it, or name another "
                + "with functions in host.yml or --functions."
        }
        closedir(stream)
        return nil
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
        _ name: String, _ place: LibraryPlace, settings: FunctionSettings, _ change: FolderChange, to scan: inout Scan
    ) async {
        let use = LibraryUse(place, symbol: settings.symbol)
        guard let stamp = FileStamp(place.path) else {
            self.known[use] = nil
            self.resting[use] = nil
            return
        }
        if self.known[use]?.stamp == stamp, case .success(let blob) = self.known[use]?.result,
            access(blob.path, F_OK) != 0
        {
            // Nothing referred to the copy for a while.
            self.known[use] = Known(stamp: stamp, result: await self.take(use))
        }
        if self.known[use]?.stamp != stamp, await !self.read(use, stamp, change) {
            scan.unsettled.insert(name)
            return
        }
        switch self.known[use]?.result {
        case .success(let blob):
            scan.completedAt[name] = change.complete[place.file]
            scan.functions.append(
                FolderFunction(
                    name: name, codeSHA256: blob.sha256, sizeBytes: blob.sizeBytes, libraryPath: blob.path,
                    isSystemLibrary: place.isSystem, settings: settings))
        case .failure(let problem):
            scan.refused.append(FolderReport(name: name, problem: problem.message))
        case nil: break
        }
    }

    /// Reads a file that has changed; false when that is for later.
    private mutating func read(_ use: LibraryUse, _ stamp: FileStamp, _ change: FolderChange) async -> Bool {
        let path = use.place.path
        // A link is complete when it appears, and so is what it leads to: that is what links are swapped for.
        let isResting = self.resting[use] == stamp && brasa_file_is_being_written(path) == 0
        guard change.says(use.place.file) || isResting || FileStamp.isLink(path) else {
            self.resting[use] = stamp
            return false
        }
        self.resting[use] = nil
        let result = await self.take(use)
        if case .failure = result, !change.isAllComplete, self.doubted[use] != stamp {
            // Some tools close and open again while they write.
            self.doubted[use] = stamp
            self.resting[use] = stamp
            return false
        }
        self.doubted[use] = nil
        self.known[use] = Known(stamp: stamp, result: result)
        return true
    }

    private func take(_ use: LibraryUse) async -> Result<BlobStore.Blob, LibraryProblem> {
        do {
            // Where it lies, because that is the path its author knows; the copy is checked again before it runs.
            try LibraryCheck.verify(use.place.path, exports: use.exports)
            let path = use.place.path
            return .success(
                use.place.isSystem
                    ? try await self.blobs.identify(fileAt: path) : try await self.blobs.store(fileAt: path))
        } catch {
            return .failure(LibraryProblem(message: "\(error)"))
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

/// A library and what is called in it: whether a file can be used depends on both.
private struct LibraryUse: Sendable, Hashable {
    let place: LibraryPlace
    /// Plain C functions; empty: it is a module.
    let exports: [String]

    init(_ place: LibraryPlace, symbol: SymbolSettings?) {
        self.place = place
        self.exports = symbol?.exports ?? []
    }
}

/// Why a library of the folder cannot be used.
private struct LibraryProblem: Error, Sendable {
    let message: String
}

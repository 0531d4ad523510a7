import BrasaConfig
import BrasaModel
import BrasaPool
import BrasaRouter
import Glibc

/// The functions folder: finds libraries, checks them where they lie, and copies them under their hash.
struct FunctionFolder: Sendable {
    let configuration: Configuration
    let blobs: BlobStore

    /// What a scan found.
    struct Scan: Sendable {
        var functions: [FolderFunction] = []
        var refused: [FolderReport] = []
    }

    /// Looks at the folder as it is now. A missing folder has no functions.
    func scan() async -> Scan {
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
            guard Self.isName(name) else {
                scan.refused.append(
                    FolderReport(
                        name: name,
                        problem: "\(folder)/\(file) cannot be a function: a name has 1 to 64 of A-Z a-z 0-9 - _. Rename the file."))
                continue
            }
            guard !configured.contains(where: { $0.name == name }) else {
                scan.refused.append(
                    FolderReport(
                        name: name,
                        problem: "\(folder)/\(file) is not served: serverless.yml gives the name \(name) to another library."))
                continue
            }
            await self.add(
                name, file: file, settings: self.configuration.unconfiguredSettings, folder: folder, to: &scan)
        }
        return scan
    }

    private func add(
        _ name: String, file: String, settings: FunctionSettings, folder: String, to scan: inout Scan
    ) async {
        do {
            let path = "\(folder)/\(file)"
            // Where it lies, because that is the path its author knows; the copy is checked again before it runs.
            try LibraryCheck.verify(path)
            let blob = try await self.blobs.store(fileAt: path)
            scan.functions.append(
                FolderFunction(
                    name: name, codeSHA256: blob.sha256, sizeBytes: blob.sizeBytes, libraryPath: blob.path,
                    settings: settings))
        } catch {
            scan.refused.append(FolderReport(name: name, problem: "\(error)"))
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

/// What became of one function of the folder.
package struct FolderReport: Sendable, Hashable {
    package let name: String
    /// Why it does not answer, or answers with an earlier version; nil: it is live.
    package let problem: String?

    init(name: String, problem: String?) {
        self.name = name
        self.problem = problem
    }

    init(_ adoption: FolderAdoption) {
        self.name = adoption.name
        switch adoption.result {
        case .unchanged, .adopted: self.problem = nil
        case .staysDeleted:
            self.problem = "it was deleted through the Lambda API; it comes back when its file or settings change"
        case .removed: self.problem = "its library is no longer in the folder"
        case .refused(let reason): self.problem = reason
        }
    }
}

package import BrasaModel
import CBrasaZip

/// Uploaded code: a ZIP archive with the library in it, or the library itself.
package struct CodeArchive: Sendable {
    /// What an archive may be.
    package struct Limits: Sendable {
        /// Size of the upload.
        package var packedBytes = 52_428_800
        /// Size of all files in it together.
        package var unpackedBytes = 262_144_000
        package var entries = 10_000

        package init() {}
    }

    /// Takes the library out of what was uploaded.
    ///
    /// - Parameters:
    ///   - file: path or name of the library in the archive; nil: the only one there.
    ///   - function: name for the library when the upload is the library itself.
    /// - Throws: `LambdaError` that says what is in the archive and what is allowed.
    package static func library(
        in upload: [UInt8], file: String?, function: String, limits: Limits = Limits()
    ) throws -> FunctionCode {
        if upload.starts(with: [0x7f, 0x45, 0x4c, 0x46]) {
            guard upload.count <= limits.unpackedBytes else {
                throw LambdaError.invalidParameter(
                    "The library has \(upload.count) bytes; it must be at most \(limits.unpackedBytes) bytes.")
            }
            return FunctionCode(library: upload, fileName: "\(function).so")
        }
        guard upload.count <= limits.packedBytes else {
            throw LambdaError.entityTooLarge("Zipped size must be smaller than \(limits.packedBytes) bytes")
        }
        return try upload.withUnsafeBytes { bytes in
            let archive = try OpenArchive(bytes)
            defer { archive.close() }
            let entries = try archive.entries(limits: limits)
            let chosen = try self.choose(from: entries, file: file)
            let name = chosen.name.split(separator: "/").last.map(String.init) ?? chosen.name
            return FunctionCode(library: try archive.read(chosen), fileName: name, package: upload)
        }
    }

    private static func choose(from entries: [OpenArchive.Entry], file: String?) throws -> OpenArchive.Entry {
        let content = self.listing(entries)
        if let file {
            let matching = entries.filter { $0.name == file || $0.name.hasSuffix("/\(file)") }
            if let exact = matching.first(where: { $0.name == file }) { return exact }
            guard let first = matching.first else {
                throw LambdaError.invalidParameter(
                    "Handler names the file \"\(file)\", but the archive has \(content).")
            }
            guard matching.count == 1 else {
                throw LambdaError.invalidParameter(
                    "Handler names the file \"\(file)\", which is in the archive \(matching.count) times: give its path. "
                        + "The archive has \(content).")
            }
            return first
        }
        let libraries = entries.filter { $0.name.hasSuffix(".so") }
        guard let first = libraries.first else {
            throw LambdaError.invalidParameter(
                "The archive has no function library (a file ending in .so), but \(content).")
        }
        guard libraries.count == 1 else {
            throw LambdaError.invalidParameter(
                "The archive has \(libraries.count) libraries (\(self.names(libraries))): "
                    + "name the one to run in Handler, as \"file.so#entry\".")
        }
        return first
    }

    private static func listing(_ entries: [OpenArchive.Entry]) -> String {
        entries.isEmpty ? "no files" : "\(entries.count) file\(entries.count == 1 ? "" : "s"): \(self.names(entries))"
    }

    private static func names(_ entries: [OpenArchive.Entry]) -> String {
        let shown = entries.prefix(10).map(\.name).joined(separator: ", ")
        return entries.count > 10 ? "\(shown), …" : shown
    }
}

/// A ZIP archive in memory, read with libzip.
///
/// Valid as long as the bytes are.
private struct OpenArchive {
    struct Entry {
        var index: UInt64
        var name: String
        var sizeBytes: Int
    }

    private let archive: OpaquePointer

    init(_ bytes: UnsafeRawBufferPointer) throws {
        var error = zip_error_t()
        zip_error_init(&error)
        defer { zip_error_fini(&error) }
        guard let source = zip_source_buffer_create(bytes.baseAddress, UInt64(bytes.count), 0, &error) else {
            throw Self.unreadable(String(cString: zip_error_strerror(&error)))
        }
        guard let archive = zip_open_from_source(source, ZIP_RDONLY, &error) else {
            zip_source_free(source)
            throw Self.unreadable(String(cString: zip_error_strerror(&error)))
        }
        self.archive = archive
    }

    /// Read-only archives have nothing to write back.
    func close() {
        zip_discard(self.archive)
    }

    /// The files, without folders.
    func entries(limits: CodeArchive.Limits) throws -> [Entry] {
        let count = zip_get_num_entries(self.archive, 0)
        guard count <= limits.entries else {
            throw LambdaError.invalidParameter(
                "The archive has \(count) entries; at most \(limits.entries) are allowed.")
        }
        var entries: [Entry] = []
        var total: UInt64 = 0
        for index in 0..<UInt64(max(0, count)) {
            var status = zip_stat_t()
            guard zip_stat_index(self.archive, index, 0, &status) == 0, let pointer = status.name else {
                throw Self.unreadable("entry \(index) has no name")
            }
            let name = String(cString: pointer)
            let isOutside = name.hasPrefix("/") || name.contains("\\") || name.split(separator: "/").contains("..")
            guard !isOutside else {
                throw LambdaError.invalidParameter(
                    "The archive has the entry \"\(name)\", which leads out of the archive.")
            }
            guard status.encryption_method == UInt16(ZIP_EM_NONE) else {
                throw LambdaError.invalidParameter("The archive's entry \"\(name)\" is encrypted; send it unencrypted.")
            }
            let (sum, overflow) = total.addingReportingOverflow(status.size)
            guard !overflow, sum <= UInt64(limits.unpackedBytes) else {
                throw LambdaError.invalidParameter("Unzipped size must be smaller than \(limits.unpackedBytes) bytes")
            }
            total = sum
            if !name.hasSuffix("/") { entries.append(Entry(index: index, name: name, sizeBytes: Int(status.size))) }
        }
        return entries
    }

    /// The content of a file; its checksum is verified.
    func read(_ entry: Entry) throws -> [UInt8] {
        guard let file = zip_fopen_index(self.archive, entry.index, 0) else {
            throw Self.unreadable("\"\(entry.name)\": \(String(cString: zip_strerror(self.archive)))")
        }
        defer { zip_fclose(file) }
        var bytes = [UInt8](repeating: 0, count: entry.sizeBytes)
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                zip_fread(file, buffer.baseAddress?.advanced(by: offset), UInt64(buffer.count - offset))
            }
            guard count > 0 else {
                throw Self.unreadable("\"\(entry.name)\" is damaged or shorter than the archive says")
            }
            offset += Int(count)
        }
        // The end of the file is where libzip compares the checksum, and a longer one lies about its size.
        var beyond: UInt8 = 0
        guard zip_fread(file, &beyond, 1) == 0 else {
            throw Self.unreadable("\"\(entry.name)\" is damaged or longer than the archive says")
        }
        return bytes
    }

    private static func unreadable(_ detail: String) -> LambdaError {
        .invalidParameter(
            "Could not unzip uploaded file. Please check your file, then try to upload again. (\(detail)) "
                + "Allowed are a ZIP archive with the library (.so) in it, and the library itself.")
    }
}

import BrasaAWS
import BrasaModel
import CBrasaZip
import Glibc
import Testing

struct CodeArchiveTests {
    private struct NoArchive: Error {}

    /// A ZIP archive made with libzip, in memory.
    private static func zip(_ files: [(String, [UInt8])], password: String? = nil) throws -> [UInt8] {
        guard let source = zip_source_buffer_create(nil, 0, 0, nil) else { throw NoArchive() }
        zip_source_keep(source)
        defer { zip_source_free(source) }
        guard let archive = zip_open_from_source(source, ZIP_TRUNCATE, nil) else { throw NoArchive() }
        // libzip reads the contents when it closes the archive.
        let copies = files.map { file in
            let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(1, file.1.count))
            _ = copy.update(fromContentsOf: file.1)
            return copy
        }
        defer { for copy in copies { copy.deallocate() } }
        for (file, copy) in Swift.zip(files, copies) {
            let content = zip_source_buffer(archive, copy.baseAddress, UInt64(file.1.count), 0)
            guard let content else { throw NoArchive() }
            let index = zip_file_add(archive, file.0, content, 0)
            guard index >= 0 else { throw NoArchive() }
            if let password { zip_file_set_encryption(archive, UInt64(index), UInt16(ZIP_EM_AES_256), password) }
        }
        guard zip_close(archive) == 0 else { throw NoArchive() }
        zip_source_open(source)
        defer { zip_source_close(source) }
        zip_source_seek(source, 0, SEEK_END)
        var bytes = [UInt8](repeating: 0, count: Int(zip_source_tell(source)))
        zip_source_seek(source, 0, SEEK_SET)
        guard zip_source_read(source, &bytes, UInt64(bytes.count)) == bytes.count else { throw NoArchive() }
        return bytes
    }

    private static func refusal(
        _ upload: [UInt8], file: String? = nil, limits: CodeArchive.Limits = CodeArchive.Limits()
    ) -> String? {
        #expect(throws: LambdaError.self) {
            try CodeArchive.library(in: upload, file: file, function: "users", limits: limits)
        }?.message
    }

    @Test func takesTheOnlyLibraryOutOfAnArchive() throws {
        let content = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        let archive = try Self.zip([("README", [1]), ("lib/users.so", content)])

        let code = try CodeArchive.library(in: archive, file: nil, function: "other")

        #expect(code.library == content)
        #expect(code.fileName == "users.so")
        #expect(code.package == archive)
    }

    @Test func takesALibrarySentAsItIs() throws {
        let elf: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]

        let code = try CodeArchive.library(in: elf, file: nil, function: "users")

        #expect(code.library == elf)
        #expect(code.fileName == "users.so")
        #expect(code.package == nil)
    }

    @Test func takesTheLibraryThatTheHandlerNames() throws {
        let archive = try Self.zip([("a.so", [1]), ("lib/b.so", [2]), ("x/a.so", [3])])

        #expect(try CodeArchive.library(in: archive, file: "b.so", function: "f").library == [2])
        #expect(try CodeArchive.library(in: archive, file: "a.so", function: "f").library == [1])
        #expect(try CodeArchive.library(in: archive, file: "x/a.so", function: "f").library == [3])
    }

    @Test func saysWhatIsInTheArchiveWhenTheLibraryIsNot() throws {
        let none = try Self.zip([("index.js", [1]), ("package.json", [2])])
        let many = try Self.zip([("a.so", [1]), ("b.so", [2])])

        #expect(
            Self.refusal(none)
                == "The archive has no function library (a file ending in .so), but 2 files: index.js, package.json.")
        #expect(
            Self.refusal(many)
                == "The archive has 2 libraries (a.so, b.so): name the one to run in Handler, as \"file.so#entry\".")
        #expect(
            Self.refusal(many, file: "c.so")
                == "Handler names the file \"c.so\", but the archive has 2 files: a.so, b.so.")
    }

    @Test func refusesWhatIsNoArchive() throws {
        let message = Self.refusal(Array("hello".utf8))

        #expect(
            message?.hasPrefix("Could not unzip uploaded file. Please check your file, then try to upload again.")
                == true)
    }

    @Test func refusesADamagedFile() throws {
        var archive = try Self.zip([("a.so", Array("the content of a library".utf8))])
        let offset = try #require(archive.firstRange(of: Array("a.so".utf8))).upperBound + 3
        archive[offset] ^= 0xff

        #expect(Self.refusal(archive)?.contains("Could not unzip uploaded file.") == true)
    }

    @Test func refusesPathsOutOfTheArchive() throws {
        for name in ["../a.so", "/a.so", "x/../../a.so"] {
            let message = Self.refusal(try Self.zip([(name, [1])]))
            #expect(message == "The archive has the entry \"\(name)\", which leads out of the archive.")
        }
    }

    @Test func refusesEncryptedFiles() throws {
        let archive = try Self.zip([("a.so", [1])], password: "secret")

        #expect(Self.refusal(archive) == "The archive's entry \"a.so\" is encrypted; send it unencrypted.")
    }

    @Test func refusesWhatIsOverTheLimits() throws {
        let archive = try Self.zip([("a.so", [UInt8](repeating: 0, count: 1_000)), ("b.txt", [1])])
        var packed = CodeArchive.Limits()
        packed.packedBytes = 10
        var unpacked = CodeArchive.Limits()
        unpacked.unpackedBytes = 1_000
        var entries = CodeArchive.Limits()
        entries.entries = 1

        #expect(Self.refusal(archive, limits: packed)?.hasSuffix("Zipped size must be smaller than 10 bytes") == true)
        #expect(Self.refusal(archive, limits: unpacked) == "Unzipped size must be smaller than 1000 bytes")
        #expect(Self.refusal(archive, limits: entries) == "The archive has 2 entries; at most 1 are allowed.")
    }
}

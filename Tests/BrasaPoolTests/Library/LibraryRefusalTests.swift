import BlockingTests
import BrasaPool
import BrasaTesting
import Foundation
import Glibc
import Testing

/// Every way in which a library is refused before any of its code runs.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct LibraryRefusalTests {
    private static let thisMachine: String = {
        #if arch(x86_64)
            "x86-64 (EM 62)"
        #else
            "AArch64 (EM 183)"
        #endif
    }()

    private static let multiarch: String = {
        #if arch(x86_64)
            "x86_64-linux-gnu"
        #else
            "aarch64-linux-gnu"
        #endif
    }()

    private static let systemFolders =
        "/lib/\(multiarch), /usr/lib/\(multiarch), /lib64, /usr/lib64, /lib, /usr/lib"

    private func expect(
        _ path: String, _ code: LibraryRefusal.Code, _ message: String, policy: LibraryInspection.Policy = .init(),
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let refusals = LibraryInspection(path: path, policy: policy).refusals
        #expect(refusals == [LibraryRefusal(code: code, message: message)], sourceLocation: sourceLocation)
    }

    // MARK: - The file

    @Test func rejectsAFileThatIsNotThere() {
        self.expect("/nowhere/users.so", .notFound, "/nowhere/users.so does not exist.")
    }

    @Test func rejectsAFolder() throws {
        let path = try FixtureLibrary.makeFolder()

        self.expect(path, .notRegular, "\(path) is a directory; a library has to be a regular file.")
    }

    @Test func rejectsAPipeWithoutWaitingForIt() throws {
        let path = try FixtureLibrary.makeFolder() + "/users.so"
        try #require(mkfifo(path, 0o600) == 0)

        self.expect(path, .notRegular, "\(path) is a pipe; a library has to be a regular file.")
    }

    @Test func rejectsADevice() {
        self.expect("/dev/null", .notRegular, "/dev/null is a character device; a library has to be a regular file.")
    }

    @Test func rejectsAnEmptyFile() throws {
        let path = try LibraryFile(bytes: []).write()

        self.expect(path, .empty, "\(path) is empty: it has 0 bytes.")
    }

    @Test(.enabled(if: geteuid() != 0, "root reads everything"))
    func rejectsAnUnreadableFile() throws {
        let path = try LibraryFile().write(mode: 0o000)

        self.expect(path, .unreadable, "\(path) cannot be opened: Permission denied.")
    }

    @Test func rejectsALoopOfLinks() throws {
        let path = try FixtureLibrary.makeFolder() + "/users.so"
        try #require(symlink(path, path) == 0)

        self.expect(path, .unreadable, "\(path) cannot be opened: Too many levels of symbolic links.")
    }

    @Test func rejectsAFileThatEverybodyMayWrite() throws {
        let path = try LibraryFile().write(mode: 0o666)

        self.expect(
            path, .worldWritable, "\(path) may be written by everybody (mode 0666); take that away with: chmod o-w.")
    }

    @Test func rejectsAFileOfAnotherUser() throws {
        let path = try LibraryFile().write()
        var policy = LibraryInspection.Policy()
        var owner = geteuid()
        if owner == 0 {
            owner = 4711
            try #require(chown(path, owner, gid_t.max) == 0)
        } else {
            policy.userID = 4712
        }

        self.expect(
            path, .foreignOwner,
            "\(path) belongs to user \(owner); this host runs as user \(policy.userID) and takes libraries only of that "
                + "user and of root.",
            policy: policy)
    }

    @Test func makesUnprintableFileNamesPrintable() throws {
        let folder = try FixtureLibrary.makeFolder()

        self.expect(
            folder + "/a\u{1b}[31mb\n.so", .notFound, folder + "/a\\x1b[31mb\\x0a.so does not exist.")
    }

    // MARK: - The format

    @Test func rejectsAScript() throws {
        let path = try LibraryFile(bytes: Array("#!/bin/sh\nexit 0\n".utf8)).write()

        self.expect(
            path, .notELF,
            "\(path) is not an ELF file: it starts with \"#!/bin/sh\\x0aex\" instead of \"\\x7fELF\".")
    }

    @Test func rejectsAThirtyTwoBitLibrary() throws {
        var file = try LibraryFile()
        file.bytes[4] = 1

        self.expect(
            try file.write(), .wrongClass, "\(file.path) is a 32-bit library; this host runs 64-bit code.")
    }

    @Test func rejectsABigEndianLibrary() throws {
        var file = try LibraryFile()
        file.bytes[5] = 2

        self.expect(
            try file.write(), .wrongEndianness,
            "\(file.path) is built for a big-endian processor; this host is little-endian.")
    }

    @Test(arguments: [
        (UInt16(243), "RISC-V (EM 243)"), (21, "PowerPC64 (EM 21)"), (999, "an unknown processor (EM 999)"),
    ])
    func rejectsALibraryForAnotherProcessor(machine: UInt16, name: String) throws {
        var file = try LibraryFile()
        file.patch(machine, at: 18)

        self.expect(
            try file.write(), .wrongMachine,
            "\(file.path) is built for \(name); this host runs \(Self.thisMachine).")
    }

    @Test func rejectsALibraryForAnotherSystem() throws {
        var file = try LibraryFile()
        file.bytes[7] = 9

        self.expect(
            try file.write(), .wrongSystem,
            "\(file.path) is built for another operating system (OSABI 9); this host runs Linux (OSABI 0 or 3).")
    }

    @Test(arguments: [
        (UInt16(2), "not a shared library but an executable (ET_EXEC); build it with -shared -fPIC."),
        (4, "not a shared library but a core dump (ET_CORE)."),
        (77, "not a shared library: its ELF type is 77, a library's is 3 (ET_DYN)."),
    ])
    func rejectsOtherKindsOfELFFiles(type: UInt16, what: String) throws {
        var file = try LibraryFile()
        file.patch(type, at: 16)

        self.expect(try file.write(), .notSharedObject, "\(file.path) is \(what)")
    }

    @Test func rejectsAnObjectFile() throws {
        let path = try FixtureLibrary.build(source: "int answer(void) { return 42; }", name: "users", flags: ["-c"])

        self.expect(
            path, .notSharedObject,
            "\(path) is not a shared library but an object file (ET_REL); link it with -shared.")
    }

    @Test func rejectsAPositionIndependentExecutable() throws {
        let path = try FixtureLibrary.buildDriver("load_driver", flags: ["-fPIE", "-pie"])

        self.expect(
            path, .notSharedObject,
            "\(path) is not a shared library but an executable (position independent); build it with -shared -fPIC.")
    }

    @Test func rejectsAHeaderThatIsCut() throws {
        var file = try LibraryFile()
        file.bytes.removeLast(file.bytes.count - 40)

        self.expect(
            try file.write(), .truncated,
            "\(file.path) is truncated: the header needs 64 bytes from offset 0, the file has 40 bytes.")
    }

    @Test func rejectsASegmentThatIsCut() throws {
        var file = try LibraryFile()
        let last = try #require(file.segments.last { $0.type == 1 && $0.sizeInFile > 0 })
        let length = Int(last.offset + last.sizeInFile) - 1
        file.bytes.removeLast(file.bytes.count - length)
        // An earlier header may point into the same bytes, and is then the one that is named.
        let first = try #require(
            file.segments.first { $0.offset + $0.sizeInFile > UInt64(length) && $0.sizeInFile > 0 })
        try #require(first.type == 1)

        self.expect(
            try file.write(), .truncated,
            "\(file.path) is truncated: segment \(first.index) (LOAD) needs \(first.sizeInFile) bytes from offset "
                + "\(first.offset), the file has \(length) bytes.")
    }

    @Test func rejectsAFileThatLostItsSectionHeaders() throws {
        var file = try LibraryFile()
        let table = file.number(UInt64.self, at: 40)
        let size = 64 * Int(file.number(UInt16.self, at: 60))
        file.bytes.removeLast(file.bytes.count - Int(table) - 100)

        self.expect(
            try file.write(), .truncated,
            "\(file.path) is truncated: the section header table needs \(size) bytes from offset \(table), the file has "
                + "\(file.bytes.count) bytes.")
    }

    @Test func rejectsEveryLengthOfAnUploadThatStoppedEarly() throws {
        var file = try LibraryFile()
        let whole = file.bytes

        for length in stride(from: 1, to: whole.count, by: 97) {
            file.bytes = Array(whole.prefix(length))
            let refusals = LibraryInspection(path: try file.write()).refusals
            #expect(!refusals.isEmpty, "cut to \(length) of \(whole.count) bytes")
        }
    }

    @Test func rejectsASizeThatWrapsAround() throws {
        var file = try LibraryFile()
        let segment = try #require(file.segments.first { $0.type == 1 && $0.offset > 0 })
        file.patch(UInt64.max - segment.offset + 2, at: segment.headerOffset + 32)
        file.patch(UInt64.max - segment.offset + 2, at: segment.headerOffset + 40)

        let refusal = try #require(LibraryInspection(path: try file.write()).refusals.first)

        #expect(refusal.code == .malformed || refusal.code == .truncated)
    }

    // MARK: - What it asks for

    @Test func rejectsTextRelocations() throws {
        let path = try FixtureLibrary.build("text_relocations")

        self.expect(
            path, .textRelocations,
            "\(path) has text relocations (TEXTREL), so its code would have to be writable; this host loads position "
                + "independent code only: compile all of it with -fPIC.")
    }

    @Test func rejectsAnExecutableStack() throws {
        let path = try FixtureLibrary.build("executable_stack")

        self.expect(
            path, .executableStack,
            "\(path) asks for an executable stack (PT_GNU_STACK has flag X); this host gives none: link it with "
                + "-Wl,-z,noexecstack.")
    }

    // MARK: - The entry point

    @Test(arguments: [
        ("entry_v2_only", LibraryRefusal.Code.otherABI, "speaks ABI 2, this host speaks 1."),
        (
            "entry_is_data", .entryNotFunction,
            "exports brasa_module_v1 as data; this host calls it, so it has to be a function."
        ),
        (
            "entry_undefined", .entryNotFunction,
            "refers to brasa_module_v1 without defining it; link the file that defines it into the library."
        ),
        (
            "entry_hidden", .noEntry,
            "defines brasa_module_v1 but does not export it; declare it with BRASA_EXPORT."
        ),
        (
            "entry_mangled", .noEntry,
            "exports _Z15brasa_module_v1PK10brasa_host but not brasa_module_v1; declare the function extern \"C\"."
        ),
        ("entry_misspelt", .noEntry, "exports brasa_modul_v1 but not brasa_module_v1; is it misspelt?"),
        ("no_exports", .noEntry, "exports no function; this host looks for brasa_module_v1."),
    ])
    func rejectsALibraryWithoutTheEntryPoint(fixture: String, code: LibraryRefusal.Code, what: String) throws {
        let path = try FixtureLibrary.build(fixture)

        self.expect(path, code, "\(path) \(what)")
    }

    @Test func namesWhatAnOrdinaryLibraryExportsInstead() throws {
        let path = try FixtureLibrary.build("no_entry")

        let refusal = try #require(LibraryInspection(path: path).refusals.first)

        #expect(refusal.code == .noEntry)
        let choices = ["crc32, adler32", "adler32, crc32"].map {
            "\(path) exports \($0) but not brasa_module_v1; it is not a function library."
        }
        #expect(choices.contains(refusal.message))
    }

    @Test func rejectsAnOlderLibraryOnANewerHost() throws {
        let path = try FixtureLibrary.build("echo")
        var policy = LibraryInspection.Policy()
        policy.abiMajor = 3

        self.expect(path, .otherABI, "\(path) speaks ABI 1, this host speaks 3.", policy: policy)
    }

    // MARK: - What it needs

    @Test func rejectsALibraryThatNeedsOneThatIsNowhere() throws {
        let path = try FixtureLibrary.build("missing_needed")
        let folder = try FixtureLibrary.makeFolder()
        var policy = LibraryInspection.Policy()
        policy.linkerConfigurationPath = folder + "/ld.so.conf"
        try FileManager.default.createDirectory(atPath: folder + "/more", withIntermediateDirectories: true)
        try "# comment\n/opt/first\ninclude more/*.conf\n".write(
            toFile: policy.linkerConfigurationPath, atomically: false, encoding: .utf8)
        try "/opt/second\t# why\n".write(toFile: folder + "/more/a.conf", atomically: false, encoding: .utf8)

        self.expect(
            path, .missingLibrary,
            "\(path) needs libbrasa_removed.so.1, which was not found; searched: /opt/first, /opt/second, "
                + "\(Self.systemFolders).",
            policy: policy)
    }

    /// Read once for each way through them, these would be more than a billion.
    @Test(.timeLimit(.minutes(1))) func readsConfigurationsThatIncludeOneAnother() throws {
        let path = try FixtureLibrary.build("missing_needed")
        let folder = try FixtureLibrary.makeFolder()
        var policy = LibraryInspection.Policy()
        policy.linkerConfigurationPath = folder + "/0.conf"
        for number in 0..<20 {
            try "/opt/directory\ninclude *.conf\n".write(
                toFile: folder + "/\(number).conf", atomically: false, encoding: .utf8)
        }

        self.expect(
            path, .missingLibrary,
            "\(path) needs libbrasa_removed.so.1, which was not found; searched: /opt/directory, \(Self.systemFolders).",
            policy: policy)
    }

    @Test func namesTheWayToALibraryThatIsMissingFurtherAway() throws {
        let (path, near, far) = try self.chain(linkerFlags: ["-Wl,-rpath,$ORIGIN"])
        #expect(LibraryInspection(path: path).refusals == [])
        try FileManager.default.removeItem(atPath: far)
        var policy = LibraryInspection.Policy()
        policy.linkerConfigurationPath = "/nowhere"

        let folder = String(near.dropLast("/libnear.so".count))
        self.expect(
            path, .missingLibrary,
            "\(path) needs libnear.so, found at \(near), which needs libfar.so, which was not found; searched: "
                + "\(folder) (RUNPATH), \(Self.systemFolders).",
            policy: policy)
    }

    @Test func tellsOfAFileThatHasTheNameButDoesNotServe() throws {
        let (path, _, far) = try self.chain(linkerFlags: ["-Wl,-rpath,$ORIGIN"])
        var other = try LibraryFile()
        other.patch(UInt16(243), at: 18)
        try FileManager.default.removeItem(atPath: far)
        try FileManager.default.moveItem(atPath: other.write(), toPath: far)

        let refusal = try #require(LibraryInspection(path: path).refusals.first)

        #expect(refusal.code == .missingLibrary)
        #expect(refusal.message.hasSuffix(" \(far) is built for RISC-V (EM 243); this host runs \(Self.thisMachine)."))
    }

    @Test func inheritsTheOlderRpathAsTheDynamicLinkerDoes() throws {
        let (path, near, far) = try self.chain(
            linkerFlags: ["-Wl,--disable-new-dtags", "-Wl,-rpath,${ORIGIN}"], nearFlags: [])

        let inspection = LibraryInspection(path: path)

        #expect(inspection.refusals == [])
        #expect(inspection.rpath == "${ORIGIN}")
        #expect(inspection.runpath == nil)
        #expect(inspection.neededLibraries.first { $0.name == "libnear.so" }?.path == near)
        #expect(inspection.neededLibraries.first { $0.name == "libfar.so" }?.path == far)
    }

    @Test func doesNotInheritTheNewerRunpath() throws {
        let (path, _, _) = try self.chain(
            linkerFlags: ["-Wl,--enable-new-dtags", "-Wl,-rpath,$ORIGIN"], nearFlags: [])

        #expect(LibraryInspection(path: path).refusals.map(\.code) == [.missingLibrary])
    }

    @Test func reportsSeveralMistakesAtOnce() throws {
        let source = try FixtureLibrary.build("missing_needed")
        var file = try LibraryFile(bytes: [UInt8](try Data(contentsOf: URL(fileURLWithPath: source))))
        let stack = try #require(file.segments.first { $0.type == 0x6474_e551 })
        file.patch(UInt32(7), at: stack.headerOffset + 4)

        let codes = LibraryInspection(path: try file.write(mode: 0o646)).refusals.map(\.code)

        #expect(codes == [.worldWritable, .executableStack, .missingLibrary])
    }

    /// A module that needs libnear.so, which needs libfar.so, all in one folder; returns the three paths.
    private func chain(linkerFlags: [String], nearFlags: [String]? = nil) throws -> (String, String, String) {
        let folder = try FixtureLibrary.makeFolder()
        func build(_ name: String, _ source: String, _ flags: [String]) throws -> String {
            let built = try FixtureLibrary.build(source: source + "// \(folder)\n", name: name, flags: flags)
            let path = folder + "/\(name).so"
            try FileManager.default.moveItem(atPath: built, toPath: path)
            return path
        }
        let far = try build("libfar", "int far(void) { return 1; }\n", ["-Wl,-soname,libfar.so"])
        let near = try build(
            "libnear", "int far(void); int near(void) { return far(); }\n",
            ["-Wl,-soname,libnear.so", far] + (nearFlags ?? linkerFlags))
        let module = try build(
            "users", "int near(void); int brasa_module_v1(void) { return near(); }\n",
            [near, "-Wl,--allow-shlib-undefined"] + linkerFlags)
        return (module, near, far)
    }
}

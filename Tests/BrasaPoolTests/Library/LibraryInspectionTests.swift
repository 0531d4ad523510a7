import BlockingTests
import BrasaPool
import BrasaTesting
import Foundation
import Glibc
import Testing

/// What an acceptable library tells about itself.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct LibraryInspectionTests {
    @Test func acceptsAFunctionLibrary() throws {
        let path = try FixtureLibrary.build("echo")

        let inspection = LibraryInspection(path: path)

        #expect(inspection.refusals == [])
        #expect(inspection.isAcceptable)
        #expect(inspection.path == path)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(inspection.sizeBytes == attributes[.size] as? Int)
        #expect(inspection.ownerUserID == geteuid())
        #expect(inspection.bits == 64)
        #expect(inspection.isLittleEndian == true)
        #expect(inspection.entry == "brasa_module_v1")
        #expect(inspection.abiMajors == [1])
        #expect(inspection.exportedFunctionCount == 1)
        #expect(inspection.exportedSymbolCount == 1)
        #expect(!inspection.hasTextRelocations)
        #expect(!inspection.hasExecutableStack)
        #expect(!inspection.startsThreadsOnLoad)
        #expect(inspection.language == "C or C++")
    }

    @Test func doesNotRunTheLibrary() throws {
        // Its constructor crashes whoever loads it.
        let inspection = LibraryInspection(path: try FixtureLibrary.build("crash_in_constructor"))

        #expect(inspection.refusals == [])
    }

    @Test func findsTheCLibraryWhereTheDynamicLinkerDoes() throws {
        let inspection = LibraryInspection(path: try FixtureLibrary.build("echo"))

        let library = try #require(inspection.neededLibraries.first { $0.name == "libc.so.6" })
        let path = try #require(library.path)
        #expect(access(path, R_OK) == 0)
        #expect(library.depth == 1)
        #expect(library.neededBy == inspection.path)
        #expect(inspection.neededLibraries.map(\.depth) == inspection.neededLibraries.map(\.depth).sorted())
    }

    @Test(arguments: ["gnu", "sysv", "both"])
    func readsEveryKindOfSymbolHashTable(style: String) throws {
        let source = "int other(void) { return 1; } int brasa_module_v1(void) { return 2; }"
        let path = try FixtureLibrary.build(source: source, flags: ["-Wl,--hash-style=\(style)"])

        let inspection = LibraryInspection(path: path)

        #expect(inspection.refusals == [])
        #expect(inspection.exportedFunctionCount == 2)
    }

    @Test func findsTheEntryAmongManySymbols() throws {
        let others = (0..<3_000).map { "int function_\($0)(void) { return \($0); }" }.joined(separator: "\n")
        let path = try FixtureLibrary.build(source: others + "\nint brasa_module_v1(void) { return 2; }", name: "many")

        let inspection = LibraryInspection(path: path)

        #expect(inspection.refusals == [])
        #expect(inspection.exportedFunctionCount == 3_001)
    }

    @Test func acceptsALibraryOfSeveralMajorVersions() throws {
        let source = "int brasa_module_v12(void) { return 12; } int brasa_module_v1(void) { return 1; }"
        let inspection = LibraryInspection(path: try FixtureLibrary.build(source: source))

        #expect(inspection.refusals == [])
        #expect(inspection.abiMajors == [1, 12])
    }

    @Test func acceptsALibraryWhoseSectionHeadersAreStripped() throws {
        var file = try LibraryFile()
        file.patch(UInt64(0), at: 40)
        file.patch(UInt16(0), at: 60)
        file.patch(UInt16(0), at: 62)

        let inspection = LibraryInspection(path: try file.write())

        #expect(inspection.refusals == [])
        #expect(inspection.exportedFunctionCount == 1)
        #expect(inspection.toolchain == nil)
    }

    @Test func readsWhatTheLinkerWasTold() throws {
        let path = try FixtureLibrary.build(
            source: "int brasa_module_v1(void) { return 1; }",
            flags: ["-Wl,-soname,users.so.4", "-Wl,--build-id=0x0123456789abcdef", "-Wl,-rpath,$ORIGIN/lib"])

        let inspection = LibraryInspection(path: path)

        #expect(inspection.soname == "users.so.4")
        #expect(inspection.buildID == "0123456789abcdef")
        #expect(inspection.runpath ?? inspection.rpath == "$ORIGIN/lib")
    }

    @Test(arguments: [".go.buildinfo", ".note.go.buildid"])
    func recognisesGoWhichStartsThreads(section: String) throws {
        let source = """
            __attribute__((section("\(section)"), used)) const char information[16] = "x";
            int brasa_module_v1(void) { return 1; }
            """

        let inspection = LibraryInspection(path: try FixtureLibrary.build(source: source))

        #expect(inspection.startsThreadsOnLoad)
        #expect(inspection.language == "Go")
        #expect(inspection.render().contains("exec: starts threads when it is loaded"))
    }

    @Test func doesNotTakeSwiftsRuntimeForGo() throws {
        // What statically linked Swift leaves behind: sections of its own, and local names that begin like Go's.
        let source = """
            __attribute__((section("swift5_types"), used)) static const int types = 1;
            static int local(void) __asm__("runtime.text");
            __attribute__((noinline)) static int local(void) { return types; }
            int brasa_module_v1(void) { return local(); }
            """

        let inspection = LibraryInspection(path: try FixtureLibrary.build(source: source, flags: ["-O0"]))

        #expect(inspection.refusals == [])
        #expect(inspection.language == "Swift")
        #expect(!inspection.startsThreadsOnLoad)
    }

    @Test func recognisesGoByItsSymbolsToo() throws {
        let source = """
            __attribute__((used)) static int exit_go(void) __asm__("runtime.goexit");
            static int exit_go(void) { return 1; }
            int brasa_module_v1(void) { return 1; }
            """

        #expect(LibraryInspection(path: try FixtureLibrary.build(source: source)).startsThreadsOnLoad)
    }

    @Test func followsALinkToTheLibrary() throws {
        let path = try FixtureLibrary.makeFolder() + "/users.so"
        try #require(symlink(try FixtureLibrary.build("echo"), path) == 0)

        #expect(LibraryInspection(path: path).refusals == [])
    }

    @Test func rendersFactsNeedsAndVerdict() throws {
        let path = try FixtureLibrary.build("echo")
        let inspection = LibraryInspection(path: path)

        let text = inspection.render()

        #expect(text.hasPrefix("path"))
        #expect(text.contains(path + "\n"))
        #expect(text.contains("brasa_module_v1\n"))
        #expect(text.contains("  1 function\n"))
        #expect(text.contains("\n  libc.so.6"))
        #expect(text.hasSuffix("This host can load it.\n"))
    }

    @Test func rendersEveryRefusal() throws {
        let path = try FixtureLibrary.build("missing_needed")
        let text = LibraryInspection(path: path).render()

        #expect(text.contains(/\n  libbrasa_removed\.so\.1 +not found\n/))
        #expect(text.contains("\nrefused\n  missing-library: \(path) needs libbrasa_removed.so.1, which"))
    }

    @Test func survivesJSON() throws {
        let inspection = LibraryInspection(path: try FixtureLibrary.build("missing_needed"))

        let decoded = try JSONDecoder().decode(LibraryInspection.self, from: JSONEncoder().encode(inspection))

        #expect(decoded == inspection)
        let refusal = String(decoding: try JSONEncoder().encode(inspection.refusals), as: UTF8.self)
        #expect(refusal.contains(#""code":"missing-library""#))
    }
}

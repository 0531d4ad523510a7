import BlockingTests
import BrasaModel
import BrasaTesting
import Foundation
import Testing

/// What the worker does with a library, tried in a process of its own.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct LoaderTests {
    private func run(_ fixture: String, _ step: String) throws -> ProgramRun {
        // The driver exports its symbols neither: libraries must not find the loader's.
        let driver = try FixtureLibrary.buildDriver("load_driver", flags: ["-ldl", "-pthread"])
        return try ProgramRun(path: driver, arguments: [FixtureLibrary.build(fixture), step])
    }

    @Test(arguments: [
        (
            "abi_major_mismatch", "abi other-major",
            "PATH speaks ABI 2.0, this host speaks 1.0; build it with this host's brasa.h."
        ),
        (
            "abi_minor_needs_more", "abi unknown-flags",
            "PATH, built with ABI 1.7, sets flags 0x40; this host, with ABI 1.0, knows only 0x1."
        ),
        (
            "null_module", "abi null-module",
            "brasa_module_v1 of PATH returned NULL: the module does not run on this host, which speaks ABI 1.0."
        ),
        (
            "struct_size_too_small", "abi struct-too-small",
            "The module of PATH has struct_size 40; the least of ABI 1.0, which this host speaks, is 88 bytes: set it to "
                + "sizeof(brasa_module)."
        ),
        (
            "module_name_null", "descriptor bad-name",
            "The module of PATH has no name; this host takes 1 to 256 bytes."
        ),
        ("function_count_zero", "descriptor function-count", "PATH offers 0 functions; this host takes 1 to 1024."),
        ("function_count_huge", "descriptor function-count", "PATH offers 1025 functions; this host takes 1 to 1024."),
        (
            "functions_null", "descriptor null-function",
            "PATH says it offers 2 functions, but its table of functions is NULL."
        ),
        (
            "function_null", "descriptor null-function",
            "Function 1 of PATH is NULL; the table has to hold all 2 functions it counts."
        ),
        (
            "function_struct_too_small", "descriptor struct-too-small",
            "Function 0 of PATH has struct_size 16; the least of ABI 1.0, which this host speaks, is 40 bytes: set it to "
                + "sizeof(brasa_function)."
        ),
        (
            "function_name_bad", "descriptor function-name",
            "Function 0 of PATH is named \"get user\\x1b\"; this host takes 1 to 64 of A-Z a-z 0-9 - _."
        ),
        (
            "function_name_null", "descriptor function-name",
            "Function 0 of PATH has no name (NULL); this host takes 1 to 64 of A-Z a-z 0-9 - _."
        ),
        (
            "function_name_long", "descriptor function-name",
            "Function 0 of PATH is named \"a23456789b123456789c123456789d123456789e123456789f123456789g1234x...\"; this "
                + "host takes 1 to 64 of A-Z a-z 0-9 - _."
        ),
        (
            "function_duplicate", "descriptor duplicate-function",
            "PATH has two functions named \"same\"; names have to differ within a library."
        ),
        (
            "invoke_null", "descriptor no-invoke",
            "Function \"f\" of PATH has no invoke (NULL); this host has nothing to call."
        ),
        (
            "no_entry", "symbol no-entry",
            "PATH does not export brasa_module_v1, which this host with ABI 1.0 calls."
        ),
        (
            "undefined_symbol", "load not-loadable",
            "PATH cannot be loaded: PATH: undefined symbol: brasa_defined_nowhere."
        ),
    ])
    func refusesADescriptorAndNamesBothSides(fixture: String, where place: String, message: String) throws {
        let path = try FixtureLibrary.build(fixture)

        let run = try self.run(fixture, "open")

        #expect(run.exitStatus == 1)
        #expect(run.output == "\(place) 0\n\(message.replacingOccurrences(of: "PATH", with: path))\n")
    }

    @Test(arguments: [
        (
            "init_fails", "init failed -1",
            "init of module init_fails returned -1 (BRASA_FUNCTION_ERROR): cannot open users.db: No such file"
        ),
        (
            "init_fails_silently", "init failed -12",
            "init of module init_fails_silently returned -12 (BRASA_INTERNAL)."
        ),
        ("freeze_fails", "freeze failed -5", "freeze of module freeze_fails returned -5 (BRASA_CONFLICT)."),
        ("thaw_fails", "thaw failed -6", "thaw of module thaw_fails returned -6 (BRASA_DENIED)."),
    ])
    func tellsWhyTheLifecycleStopped(fixture: String, where place: String, message: String) throws {
        let run = try self.run(fixture, "thaw")

        #expect(run.exitStatus == 1)
        #expect(run.output == "\(place)\n\(message)\n")
    }

    @Test(arguments: [
        ("crash_in_constructor", "open", Int32(11)), ("crash_in_entry", "open", 11), ("init_crashes", "init", 11),
        ("init_aborts", "init", 6), ("freeze_crashes", "freeze", 11), ("thaw_crashes", "thaw", 11),
    ])
    func hasFixturesThatEndTheirProcess(fixture: String, step: String, signal: Int32) throws {
        #expect(try self.run(fixture, step).signal == signal)
    }

    @Test(arguments: [("init_exits", Int32(7)), ("thaw_exits", 9)])
    func hasFixturesThatExit(fixture: String, status: Int32) throws {
        #expect(try self.run(fixture, "thaw").exitStatus == status)
    }

    @Test func findsAThreadThatInitLeftRunning() throws {
        let run = try self.run("init_starts_thread", "check")

        #expect(
            run.output == """
                threads failed 0
                init left 1 thread running; start threads in thaw, or each instance needs a fresh process.

                """)
    }

    @Test func findsASocketThatInitLeftOpen() throws {
        let output = try self.run("init_opens_socket", "check").output

        #expect(
            output.contains(
                /^descriptors failed 0\ninit left a socket open \(descriptor \d+\); open it in thaw, or each instance needs/
            ))
    }

    @Test func namesEveryKindOfDescriptorThatInitLeftOpen() throws {
        let output = try self.run("init_opens_many", "check").output

        #expect(output.hasPrefix("descriptors failed 0\ninit left open a pipe (descriptor "))
        for kind in ["a pipe", "an eventfd", "an epoll instance", "an inotify instance", "a timerfd", "a memfd"] {
            #expect(output.contains("\(kind) (descriptor "), "\(kind)")
        }
        #expect(output.contains(/a file for writing \(descriptor \d+, \/proc\/\d+\/comm\); open them in thaw/))
    }

    @Test(arguments: [
        ("init_joins_thread", 0), ("init_opens_file", 0), ("counter", 0), ("init_maps_shared", 1),
    ])
    func letsHarmlessModulesFork(fixture: String, sharedMappings: Int) throws {
        let run = try self.run(fixture, "check")

        #expect(run.exitStatus == 0)
        #expect(run.output == "alone\n\(sharedMappings) shared mappings more\n")
    }

    @Test func runsTheWholeLifecycle() throws {
        let file = try FixtureLibrary.makeFolder() + "/ended"
        let driver = try FixtureLibrary.buildDriver("load_driver", flags: ["-ldl", "-pthread"])

        let run = try ProgramRun(
            path: driver, arguments: [FixtureLibrary.build("shutdown_writes_file"), "thaw"],
            environment: ["SHUTDOWN_FILE": file])

        #expect(run.exitStatus == 0)
        #expect(try String(contentsOfFile: file, encoding: .utf8).contains(/^shut down \d+\n$/))
    }

    @Test func describesAModuleAsJSON() throws {
        let line = try #require(try self.run("two_functions", "open").output.split(separator: "\n").first)

        let description = try JSONDecoder().decode(ModuleDescription.self, from: Data(line.utf8))

        #expect(
            description
                == ModuleDescription(
                    name: "two_functions", version: "2.1", toolchain: "cc \u{fffd}", abiMajor: 1, abiMinor: 0,
                    structSizeBytes: 88,
                    functions: [
                        .init(
                            name: "first", description: "Says \"first\",\né.", memoryMegabytes: 256,
                            timeoutMilliseconds: 5_000),
                        .init(name: "second"),
                    ]))
    }

    @Test func acceptsANewerMinorVersionAndSaysSo() throws {
        let run = try self.run("abi_minor_newer", "open")

        #expect(run.exitStatus == 0)
        #expect(run.output.contains(#""abiMinor":7"#))
        #expect(run.output.hasSuffix("\nnewer minor\n"))
    }
}

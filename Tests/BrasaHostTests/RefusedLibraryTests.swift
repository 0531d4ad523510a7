import BlockingTests
import BrasaTesting
import Foundation
import Glibc
import Testing

/// Libraries that do not fit this host, dropped into the folder of one that is busy.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct RefusedLibraryTests {
    /// A file that is refused before any of its code runs.
    struct Candidate: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// How the refusal is called, and what it says; PATH stands for the file.
        let code: String
        let message: String
        let fixture: String
        var mode: mode_t = 0o644
        var owner: uid_t?
        var spoil: @Sendable (inout [UInt8]) -> Void = { _ in }

        init(
            _ name: String, _ code: String, _ message: String, fixture: String = "echo", mode: mode_t = 0o644,
            owner: uid_t? = nil, spoil: @escaping @Sendable (inout [UInt8]) -> Void = { _ in }
        ) {
            self.testDescription = name
            self.code = code
            self.message = message
            self.fixture = fixture
            self.mode = mode
            self.owner = owner
            self.spoil = spoil
        }

        /// Puts it into the folder by a rename, as `bad.so`.
        func drop(into folder: HostFolder) throws {
            var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: try FixtureLibrary.build(self.fixture))))
            self.spoil(&bytes)
            let beside = folder.path + "/bad.incoming"
            try Data(bytes).write(to: URL(fileURLWithPath: beside))
            try #require(chmod(beside, self.mode) == 0)
            if let owner { try #require(chown(beside, owner, owner) == 0) }
            try #require(rename(beside, folder.functions + "/bad.so") == 0)
        }
    }

    private static let machine: String = {
        #if arch(x86_64)
            "x86-64 (EM 62)"
        #else
            "AArch64 (EM 183)"
        #endif
    }()

    private static let candidates =
        [
            Candidate("no ELF file", "not-elf", #"PATH is not an ELF file: it starts with "#) {
                $0 = Array("#!/bin/sh\necho hello\n".utf8)
            },
            Candidate("half a file", "truncated", "PATH is truncated: ") { $0.removeLast($0.count / 2) },
            Candidate("32 bits", "wrong-class", "PATH is a 32-bit library; this host runs 64-bit code.") { $0[4] = 1 },
            Candidate(
                "another machine", "wrong-machine", "PATH is built for RISC-V (EM 243); this host runs \(Self.machine)."
            ) {
                $0[18] = 243
                $0[19] = 0
            },
            Candidate(
                "a program", "not-shared-object",
                "PATH is not a shared library but an executable (ET_EXEC); build it with -shared -fPIC."
            ) { $0[16] = 2 },
            Candidate(
                "no entry point", "no-entry",
                "PATH exports brasa_modul_v1 but not brasa_module_v1; is it misspelt?", fixture: "entry_misspelt"),
            Candidate(
                "a hidden entry point", "no-entry",
                "PATH defines brasa_module_v1 but does not export it; declare it with BRASA_EXPORT.",
                fixture: "entry_hidden"),
            Candidate(
                "a newer ABI", "other-abi", "PATH speaks ABI 2, this host speaks 1.", fixture: "entry_v2_only"),
            Candidate(
                "a library that is missing", "missing-library",
                "PATH needs libbrasa_removed.so.1, which was not found; searched: ", fixture: "missing_needed"),
            Candidate(
                "code that changes itself", "text-relocations",
                "PATH has text relocations (TEXTREL), so its code would have to be writable; ",
                fixture: "text_relocations"),
            Candidate(
                "an executable stack", "executable-stack",
                "PATH asks for an executable stack (PT_GNU_STACK has flag X); ",
                fixture: "executable_stack"),
            Candidate(
                "writable by everybody", "world-writable",
                "PATH may be written by everybody (mode 0666); take that away with: chmod o-w.", mode: 0o666),
        ]
        + (geteuid() == 0
            ? [
                Candidate(
                    "somebody else's", "foreign-owner",
                    "PATH belongs to user 65534; this host runs as user 0 and takes libraries only of that user and of root.",
                    owner: 65_534)
            ] : [])

    @Test(arguments: candidates)
    func areNamedWithBothSidesAndNotTaken(candidate: Candidate) throws {
        try withHost(HostSetup()) { host in
            try candidate.drop(into: host.folder)
            let refusal = try waitFor("the refusal") { try host.refusals().first { $0.name == "bad" } }
            let line = try #require(
                host.folder.log.split(separator: "\n").first { $0.contains("library not taken over") })
            let invoked = try host.invoke("bad")
            let called = try host.gateway.get("/bad")

            let says =
                "\(candidate.code): "
                + candidate.message.replacing("PATH", with: host.folder.functions + "/bad.so")
            #expect(try #require(refusal.problem).hasPrefix(says), "\(refusal)")
            #expect(refusal.phase == nil)
            #expect(refusal.servingSHA256 == nil)
            #expect(line.contains("function=bad "))
            #expect(line.contains(" phase=verify "))
            #expect(line.contains("reason=\(says)"), "\(line)")
            #expect(invoked.status == 404)
            #expect(
                invoked.payload
                    == #"{"Type":"User","Message":"Function not found: arn:aws:lambda:us-east-1:000000000000:function:bad"}"#
            )
            #expect(called.status == 404)
            #expect(called.text == called.failureBody("ResourceNotFoundException", "Function not found: bad"))
            #expect(!host.processes().contains { $0.function == "bad" })

            // It is not the last word.
            try host.folder.put(try FixtureLibrary.build("echo"), as: "bad")
            try waitUntil("the better one") { try host.gateway.post("/bad", "hello").status == 200 }
            try waitUntil("no refusal") { try host.refusals().isEmpty }
        }
    }

    @Test func areForgottenWithTheirFile() throws {
        try withHost(HostSetup(hostSettings: "limits: { removalDelay: 100ms }")) { host in
            try host.folder.put(try FixtureLibrary.build("echo"), as: "bad")
            try waitUntil("the good one") { try host.gateway.post("/bad", "hello").status == 200 }
            try host.folder.put(try FixtureLibrary.build("entry_misspelt"), as: "bad")
            let refusal = try waitFor("the refusal") { try host.refusals().first { $0.name == "bad" } }
            #expect(refusal.servingSHA256 != nil)
            #expect(try host.invoke("bad", #""hello""#).payload == #""hello""#)

            try FileManager.default.removeItem(atPath: host.folder.functions + "/bad.so")

            try waitUntil("its end") { try host.gateway.post("/bad", "hello").status == 404 }
            try waitUntil("no refusal") { try host.refusals().isEmpty }
            try host.waitUntilNoProcess(of: "bad")
        }
    }

    @Test(arguments: [
        (
            "struct_size_too_small",
            "The module of bad.so has struct_size 40; the least of ABI 1.0, which this host speaks, is 88 bytes: set it to "
                + "sizeof(brasa_module)"
        ),
        (
            "function_struct_too_small",
            "Function 0 of bad.so has struct_size 16; the least of ABI 1.0, which this host speaks, is 40 bytes: set it to "
                + "sizeof(brasa_function)"
        ),
        (
            "null_module",
            "brasa_module_v1 of bad.so returned NULL: the module does not run on this host, which speaks ABI 1.0"
        ),
        (
            "abi_minor_needs_more",
            "bad.so, built with ABI 1.7, sets flags 0x40; this host, with ABI 1.0, knows only 0x1"
        ),
        ("function_count_zero", "bad.so offers 0 functions; this host takes 1 to 1024"),
        ("module_name_null", "The module of bad.so has no name; this host takes 1 to 256 bytes"),
        ("undefined_symbol", "bad.so cannot be loaded: bad.so: undefined symbol: brasa_defined_nowhere"),
    ])
    func areNamedWithBothSidesWhenTheyAreLoaded(fixture: String, message: String) throws {
        try withHost(HostSetup()) { host in
            try host.folder.put(try FixtureLibrary.build(fixture), as: "bad")
            try waitUntil("the function") { try host.gateway.get("/bad").status != 404 }
            let status = try host.status(of: "bad")
            let invoked = try host.invoke("bad")
            let called = try host.gateway.get("/bad")

            let whole = message + " (phase load)"
            #expect(status.failure == whole)
            #expect(invoked.status == 200)
            #expect(invoked.functionError == "Unhandled")
            #expect(
                invoked.payload
                    == #"{"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: \#(invoked.requestID) Error: "#
                    + whole + #""}"#)
            #expect(called.status == 502)
            #expect(called.text == called.failureBody("Runtime.InvalidEntrypoint", whole))
            #expect(host.folder.log.contains("failure=\(whole) function=bad"))
            let reports = try host.logLines(of: "bad").filter { $0.message.hasPrefix("INIT_REPORT") }
            #expect(reports.first?.message.contains("Runtime.InvalidEntrypoint") == true)
            try host.waitUntilNoProcess(of: "bad")
        }
    }
}

import BlockingTests
import BrasaModel
import BrasaPool
import BrasaTesting
import Foundation
import Testing

/// What libraries say about themselves when they are run for it.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct ModuleProbeTests {
    private func probe(_ fixture: String, limitMilliseconds: Int = 30_000) async throws -> ModuleProbe.Finding {
        let probe = ModuleProbe(
            workerPath: WorkerProgram.path, temporaryFolder: try FixtureLibrary.makeFolder(),
            limitMilliseconds: limitMilliseconds)
        return try await probe.run(libraryPath: try FixtureLibrary.build(fixture))
    }

    private func refusal(_ fixture: String, limitMilliseconds: Int = 30_000) async throws -> Failure {
        let finding = try await self.probe(fixture, limitMilliseconds: limitMilliseconds)
        guard case .refused(let failure) = finding.verdict else {
            throw Unexpected(description: "\(fixture) was not refused: \(finding)")
        }
        return failure
    }

    private struct Unexpected: Error, CustomStringConvertible {
        let description: String
    }

    @Test func describesEveryFunction() async throws {
        let finding = try await self.probe("two_functions")

        guard case .described(let module) = finding.verdict else {
            throw Unexpected(description: "\(finding)")
        }
        #expect(module.functions.count == 2)
        #expect(module.abiMajor == 1)
    }

    @Test(arguments: ["init_crashes", "init_fails", "init_hangs", "init_exits", "freeze_fails", "init_starts_thread"])
    func doesNotRunInit(fixture: String) async throws {
        let finding = try await self.probe(fixture)

        guard case .described = finding.verdict else { throw Unexpected(description: "\(finding)") }
    }

    @Test(arguments: [("crash_in_constructor", "Runtime.ExitError"), ("crash_in_entry", "Runtime.ExitError")])
    func survivesACrashOfTheLibrary(fixture: String, errorType: String) async throws {
        let failure = try await self.refusal(fixture)

        #expect(failure.errorType == errorType)
        #expect(failure.message.contains("signal: "))
        #expect(failure.phase == .load)
    }

    @Test func givesUpOnALibraryThatHangs() async throws {
        let failure = try await self.refusal("constructor_hangs", limitMilliseconds: 200)

        #expect(failure.errorType == "Sandbox.Timedout")
        #expect(failure.message.contains("within 200 ms"))
    }

    @Test(arguments: ["undefined_symbol", "null_module", "function_count_zero", "function_duplicate", "no_entry"])
    func saysWhyALibraryCannotBeLoaded(fixture: String) async throws {
        let failure = try await self.refusal(fixture)

        #expect(failure.errorType == "Runtime.InvalidEntrypoint")
        #expect(failure.message.contains("\(fixture).so"))
    }

    @Test func keepsWhatTheLibraryPrints() async throws {
        let path = try FixtureLibrary.build(
            source: """
                #include <stdio.h>
                __attribute__((constructor)) static void say(void) { puts("one"); fputs("two\\n", stderr); }
                int brasa_module_v1(void) { return 0; }
                """, name: "prints_early")
        let probe = ModuleProbe(workerPath: WorkerProgram.path, temporaryFolder: try FixtureLibrary.makeFolder())

        let finding = try await probe.run(libraryPath: path)

        #expect(finding.output.contains("one\n"))
        #expect(finding.output.contains("two\n"))
    }

    @Test func leavesNoFolderBehind() async throws {
        let folder = try FixtureLibrary.makeFolder()
        let probe = ModuleProbe(workerPath: WorkerProgram.path, temporaryFolder: folder)

        _ = try await probe.run(libraryPath: try FixtureLibrary.build("echo"))

        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }

    @Test func saysThatTheWorkerIsMissing() async throws {
        let probe = ModuleProbe(
            workerPath: "/nonexistent/brasa-worker", temporaryFolder: try FixtureLibrary.makeFolder())

        let finding = try await probe.run(libraryPath: try FixtureLibrary.build("echo"))

        guard case .refused(let failure) = finding.verdict else { throw Unexpected(description: "\(finding)") }
        #expect(failure.message.contains("Cannot start /nonexistent/brasa-worker"))
    }
}

import BlockingTests
import BrasaTesting
import Foundation
import Testing

/// A library that lies about itself must not harm the host that looks at it.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct LibraryMutationTests {
    private static let rounds = 20_000

    @Test func survivesTwentyThousandSpoiltLibraries() throws {
        let scratch = try FixtureLibrary.makeFolder() + "/spoilt.so"

        let run = try ProgramRun(
            path: try FixtureLibrary.buildCheckedDriver("fuzz_inspect"),
            arguments: [try FixtureLibrary.build("echo"), scratch, "\(Self.rounds)", "2024"])

        #expect(run.exitStatus == 0, "\(run.output.suffix(4_000))")
        // Most changes hit something that counts; were nothing refused, nothing was checked.
        let refused = try #require(run.output.firstMatch(of: /(\d+) refused/)).1
        #expect(try #require(Int(refused)) > Self.rounds / 10)
        #expect(run.output.contains("truncated "))
        #expect(run.output.contains("malformed "))
    }
}

import BlockingTests
import BrasaTesting
import Foundation
import Testing

/// `brasa_table.h`: what C and C++ functions write requests to tables with, and read the answers.
@Suite(.blocking, .timeLimit(.minutes(5)))
struct TableHeaderTests {
    @Test func writesRequestsAndReadsAnswers() throws {
        let driver = try FixtureLibrary.buildCheckedDriver("table_header", targets: [])

        let run = try ProgramRun(path: driver, arguments: ["check"])

        #expect(run.exitStatus == 0, "\(run.output.suffix(4_000))")
    }

    @Test func survivesAHundredThousandSpoiltAnswers() throws {
        let driver = try FixtureLibrary.buildCheckedDriver("table_header", targets: [])

        let run = try ProgramRun(path: driver, arguments: ["fuzz", "100000", "2024"])

        #expect(run.exitStatus == 0, "\(run.output.suffix(4_000))")
        let counts = try #require(run.output.firstMatch(of: /(\d+) valid, (\d+) values/))
        #expect(try #require(Int(counts.1)) > 10_000)
        #expect(try #require(Int(counts.2)) > 300_000)
    }

    @Test(arguments: [["cc", "-std=c11", "-xc"], ["c++", "-std=c++17", "-xc++"]])
    func compilesWithoutAWarning(compiler: [String]) throws {
        let source = try FixtureLibrary.makeFolder() + "/includes.txt"
        try "#include <brasa_table.h>\n".write(toFile: source, atomically: false, encoding: .utf8)

        let run = try ProgramRun(
            path: "/usr/bin/env",
            arguments: compiler + [
                "-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only", "-I",
                FixtureLibrary.repositoryPath + "/Sources/CBrasa/include", source,
            ])

        #expect(run.exitStatus == 0, "\(run.output.suffix(4_000))")
    }
}

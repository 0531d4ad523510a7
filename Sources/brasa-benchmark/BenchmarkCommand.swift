import ArgumentParser
import CBrasaTransport
import Foundation
import Glibc

/// Measures Brasa against what the machine itself can do.
///
/// Floors are measured in the same run, in turn with what is held against them: figures of different hours or machines say
/// nothing about each other, ratios do.
struct BenchmarkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "brasa-benchmark",
        abstract: "Measures invocations, HTTP, memory, deadlines and tables against floors of this machine.",
        discussion: """
            Prints a table; explained in docs/benchmarks.md. Exit status 0 also when a goal is missed, see --strict.

            EXAMPLES
              tools/benchmark
              tools/benchmark --json > today.json
              tools/benchmark --only http --rounds 15
            """)

    @Flag(help: "Print one JSON document and no table.")
    var json = false

    @Flag(help: "End with status 1 when a goal is missed.")
    var strict = false

    @Option(help: "Rounds of each comparison; a round measures Brasa and the floor one after the other.")
    var rounds = 9

    @Option(
        parsing: .upToNextOption,
        help: "Measure only these: \(Measurement.allCases.map(\.rawValue).joined(separator: ", ")).")
    var only: [Measurement] = []

    @Option(help: ArgumentHelp("The program moto_server, to compare tables with.", valueName: "path"))
    var moto: String?

    @Option(help: ArgumentHelp("The program redis-server, to compare tables with.", valueName: "path"))
    var redis: String?

    @Flag(help: "For profilers: serve the two ports of http, print them, measure nothing, end with standard input.")
    var serve = false

    /// Runs the command line in the background and ends the process with it.
    static func start() {
        Task {
            await Self.main()
            Glibc.exit(0)
        }
    }

    func validate() throws {
        guard (1...1_000).contains(self.rounds) else { throw ValidationError("--rounds must be between 1 and 1000.") }
    }

    func run() async throws {
        _ = brasa_process_raise_descriptor_limit()
        var programs = try Programs.beside()
        programs.moto = self.moto
        programs.redis = self.redis
        if self.serve {
            try await HTTPThroughput(programs: programs).serve()
            return
        }
        let chosen = self.only.isEmpty ? Measurement.allCases : Measurement.allCases.filter { self.only.contains($0) }
        let begin = ContinuousClock.now
        var findings: [Finding] = []
        for measurement in chosen {
            self.progress("\(measurement.rawValue) ...")
            let found = try await measurement.run(programs: programs, rounds: self.rounds)
            if !self.json { for finding in found { self.progress("  " + finding.line) } }
            findings += found
        }
        let report = Report(
            machine: Machine.current, rounds: self.rounds, seconds: (ContinuousClock.now - begin).seconds,
            findings: findings)
        print(self.json ? try report.json() : report.table())
        if self.strict, findings.contains(where: { $0.isReached == false }) { throw ExitCode(1) }
    }

    private func progress(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}

extension Measurement: ExpressibleByArgument {}

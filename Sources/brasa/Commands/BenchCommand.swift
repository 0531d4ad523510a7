import ArgumentParser
import BrasaBench
import Foundation

/// `brasa bench`: measures a function of a running host.
struct BenchCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure a function of a running host.",
        discussion: """
            The modes: warm calls instances that are there, and cold a fresh instance each time, both inside the host, \
            so that no HTTP is measured; http sends requests to the gateway. Without --rate each answer is followed by \
            the next call. With it calls begin at that rate whatever happens, and latency counts from when a call was \
            to begin. Progress goes to standard error.

            EXAMPLES
              brasa bench hello-c
              brasa bench hello-c --mode http --connections 64 --duration 30
              brasa bench orders --rate 2000 --event order.json --json | jq .latency_us.p99
            """)

    /// Time between an answer and the next call in the mode cold: an instance that ends takes CPU time, which must not look
    /// like a part of the start of the next.
    private static let coldPauseNanoseconds: UInt64 = 2_000_000

    @Argument(
        help: ArgumentHelp("The function, with a version or an alias behind a colon.", valueName: "name[:qualifier]"))
    var target: String

    @Option(help: "What is measured: \(BenchMode.allCases.map(\.rawValue).joined(separator: ", ")).")
    var mode = BenchMode.warm

    @Option(help: ArgumentHelp("Seconds to measure for, after the time to warm up.", valueName: "s"))
    var duration = 10.0

    @Option(help: ArgumentHelp("Calls a second to begin, in place of one call after the other.", valueName: "n"))
    var rate: Double?

    @Option(
        help: ArgumentHelp(
            "Calls under way at once; with --rate at most. (default: 1; with --rate 256)", valueName: "n"))
    var connections: Int?

    @Option(
        help: ArgumentHelp(
            "File with the event, or a folder of which each file is one, taken in turn. (default: {})",
            valueName: "path"), completion: .file())
    var event: String?

    @OptionGroup var host: HostOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        let request = InvokeRequest(target: self.target)
        guard !request.function.isEmpty, request.qualifier != "" else {
            throw ValidationError("'\(self.target)' names no function; give NAME or NAME:QUALIFIER.")
        }
        guard self.duration >= 0.1, self.duration <= 3_600 else {
            throw ValidationError("--duration is \(self.duration); allowed is 0.1 to 3600 seconds.")
        }
        if let rate = self.rate, !(rate >= 0.1 && rate <= 1_000_000) {
            throw ValidationError("--rate is \(rate); allowed is 0.1 to 1000000 calls a second.")
        }
        if let connections = self.connections, !(1...1_000).contains(connections) {
            throw ValidationError("--connections is \(connections); allowed is 1 to 1000.")
        }
        if self.mode == .http, let qualifier = request.qualifier {
            throw ValidationError(
                "The gateway knows no qualifiers: leave ':\(qualifier)' out, or measure with --mode warm.")
        }
    }

    func run(on console: Console) async throws {
        let request = InvokeRequest(target: self.target)
        let runner = BenchRunner(
            client: try self.host.client(console.environment), function: request.function, qualifier: request.qualifier,
            mode: self.mode,
            events: try self.event.map { path throws(CommandFailure) in try EventFiles.read(path) } ?? [])
        let plan = self.plan
        let progress = BenchProgress(self.target, on: console)
        let result = try await runner.run(plan) { progress.show($0) }
        progress.clear()
        let report = BenchReport(self.target, mode: self.mode, plan: plan, result: result)
        console.print(self.output.isJSON ? try JSONLine.text(report) : report.text(style: console.style))
        if report.figures.errors > 0, report.figures.errors == report.figures.invocations {
            throw CommandFailure(.failed, "Every call of \(self.target) failed.")
        }
    }

    /// How the function is called: a tenth of the time, but at most a second, to warm up, then ten rounds.
    private var plan: LoadPlan {
        LoadPlan(
            connections: self.connections ?? (self.rate == nil ? 1 : 256), ratePerSecond: self.rate,
            pauseNanoseconds: self.mode == .cold ? Self.coldPauseNanoseconds : 0,
            warmUpNanoseconds: UInt64(min(1, self.duration / 10) * 1e9),
            durationNanoseconds: UInt64(self.duration * 1e9), rounds: 10)
    }
}

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

            --compare takes another library, which is measured in turn with the function, or what --json printed \
            earlier. Ratios are the library over the function, or the function over the file: what came later over \
            what was there first. --fail-if takes p50, p90, p99, p99.9, max, mean, rate, cpu, host_cpu, faults, memory, \
            errors or error_rate, a sign and a value: a ratio as 1.1x, or 2ms, 64MB, 1000/s, 1%, 3. When it comes true \
            the exit code is 1.

            EXAMPLES
              brasa bench hello-c
              brasa bench hello-c --mode http --connections 64 --duration 30
              brasa bench orders --rate 2000 --event order.json --json | jq .latency_us.p99
              brasa bench orders --compare build/orders.so --fail-if 'p99>1.1x'
              brasa bench orders --json > before.json
              brasa bench orders --compare before.json --html report.html
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
            "File with the event, or a folder of which each file is one; several are taken in turn. (default: {})",
            valueName: "path"), completion: .file())
    var event: [String] = []

    @Flag(help: "Call with the events that the host has recorded; see `brasa help replay`.")
    var recorded = false

    @Option(
        help: ArgumentHelp("Another library, or a file that --json has printed.", valueName: "file"),
        completion: .file())
    var compare: String?

    @Option(help: ArgumentHelp("Parts of the time, which tell how sure the figures are.", valueName: "n"))
    var rounds = 10

    @Option(
        help: ArgumentHelp("Exit with 1 when this comes true, such as p99>1.1x or p99>2ms.", valueName: "limit"))
    var failIf: [BenchLimit] = []

    @Option(
        help: ArgumentHelp("Write a report with a plot of the latency to this file.", valueName: "file"),
        completion: .file())
    var html: String?

    @Flag(help: "Show how far it has come even when standard error is no terminal.")
    var progress = false

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
        guard (2...100).contains(self.rounds) else {
            throw ValidationError("--rounds is \(self.rounds); allowed is 2 to 100.")
        }
        if self.compare == nil, let limit = self.failIf.first(where: \.isRatio) {
            throw ValidationError(
                "--fail-if '\(limit.text)' needs something to be \(limit.text.suffix(1)) of: add --compare.")
        }
        if self.mode == .http, self.recorded {
            throw ValidationError(
                "Recorded events are what functions get, not what clients send: leave --recorded out, or use --mode warm."
            )
        }
        if self.mode == .http, let qualifier = request.qualifier {
            throw ValidationError(
                "The gateway knows no qualifiers: leave ':\(qualifier)' out, or measure with --mode warm.")
        }
    }

    func run(on console: Console) async throws {
        let other = try self.compare.map { path throws(CommandFailure) in try BenchOther.read(path) }
        let report = try await self.report(other, on: console)
        if let path = self.html { try self.write(BenchPage(report: report).html, to: path) }
        console.print(self.output.isJSON ? try JSONLine.text(report) : report.text(style: console.style))
        for figures in [report.figures, report.otherFigures].compactMap({ $0 })
        where figures.errors > 0 && figures.errors == figures.invocations {
            throw CommandFailure(.failed, "Every call of \(self.target) failed.")
        }
        let exceeded = report.verdicts.filter(\.isExceeded)
        if !exceeded.isEmpty {
            let limits = exceeded.map { verdict in
                "\(verdict.limit.text) (\(verdict.value.map { verdict.limit.text($0) } ?? "not known"))"
            }
            throw CommandFailure(.failed, "\(self.target) is over its limits: \(limits.joined(separator: ", ")).")
        }
    }

    /// Measures.
    private func report(_ other: BenchOther?, on console: Console) async throws -> BenchReport {
        let request = InvokeRequest(target: self.target)
        let client = try self.host.client(console.environment)
        let runner = BenchRunner(
            client: client, function: request.function, qualifier: request.qualifier, mode: self.mode,
            events: try await self.events(request.function, client))
        let plan = self.plan
        let progress = BenchProgress(self.target, wantsLines: self.progress, on: console)
        defer { progress.clear() }
        if case .library(let name, let library) = other {
            guard self.mode != .http else {
                throw CommandFailure(
                    .usage, "The gateway reaches no libraries that are only tried: compare with --mode warm or cold.")
            }
            let bench = InterleavedBench(runner: runner, library: library, name: name, plan: plan)
            let (before, after) = try await bench.run { progress.show($0) }
            return BenchReport(
                self.target, mode: self.mode, plan: plan, result: before, other: (.library(name: name, library), after),
                limits: self.failIf)
        }
        let result = try await runner.run(plan) { progress.show($0) }
        return BenchReport(
            self.target, mode: self.mode, plan: plan, result: result, other: other.map { ($0, nil) },
            limits: self.failIf)
    }

    private func events(_ function: String, _ client: ControlClient) async throws -> [Data] {
        var events = try EventFiles.read(self.event)
        if self.recorded { events += try await client.recordedEvents(of: function).map(\.payload) }
        return events
    }

    private func write(_ text: String, to path: String) throws(CommandFailure) {
        do {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            throw CommandFailure(.failed, "\(path) cannot be written: \(FileErrorText.reason(error)).", cause: error)
        }
    }

    /// How the function is called: a tenth of the time, but at most a second, to warm up, then rounds.
    private var plan: LoadPlan {
        LoadPlan(
            connections: self.connections ?? (self.rate == nil ? 1 : 256), ratePerSecond: self.rate,
            pauseNanoseconds: self.mode == .cold ? Self.coldPauseNanoseconds : 0,
            warmUpNanoseconds: UInt64(min(1, self.duration / 10) * 1e9),
            durationNanoseconds: UInt64(self.duration * 1e9), rounds: self.rounds)
    }
}

import ArgumentParser
import BrasaBench
import Foundation
import Synchronization

/// `brasa replay`: plays recorded events again on a library that is only tried.
struct ReplayCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Play recorded events again on another library, and show what differs.",
        discussion: """
            A function with `brasa: record: N` in serverless.yml keeps its last N events and their outcomes, in the host's \
            memory. They are played again on a library that runs beside the live version, and on the code that answers \
            now, started anew: a difference that both show is not the library's doing. Nothing is routed to either, but \
            what they do outside they do again; --once leaves the code that answers now out. Exits with 1 when replies \
            differ, or a --fail-if comes true (see `brasa help bench`). Without --against the events are listed.

            EXAMPLES
              brasa replay orders
              brasa replay orders --against build/orders.so
              brasa replay orders --against build/orders.so --fail-if 'mean>1.5x'
              brasa replay orders --against build/orders.so --ignore '$.time' --json
              brasa replay "$request_id" --against build/orders.so --once
            """)

    @Argument(
        help: ArgumentHelp("A function, or the request ID of one event.", valueName: "name|request-id"))
    var target: String

    @Option(help: ArgumentHelp("The library that gets the events.", valueName: "library"), completion: .file())
    var against: String?

    @Option(help: ArgumentHelp("Only the last so many events.", valueName: "n"))
    var last: Int?

    @Flag(help: "Play each event on the library alone, not on the code that answers now as well.")
    var once = false

    @Option(
        help: ArgumentHelp("Part of replies that does not count: $.time, 'header date', status.", valueName: "path"))
    var ignore: [String] = []

    @Option(
        help: ArgumentHelp("Exit with 1 when this comes true, such as mean>1.5x or memory>64MB.", valueName: "limit"))
    var failIf: [BenchLimit] = []

    @OptionGroup var host: HostOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let last = self.last, last < 1 {
            throw ValidationError("--last is \(last); allowed is 1 and more.")
        }
        if self.against == nil, self.once || !self.ignore.isEmpty || !self.failIf.isEmpty {
            throw ValidationError("Nothing is played without --against: give the library.")
        }
    }

    func run(on console: Console) async throws {
        let client = try self.host.client(console.environment)
        var events = try await client.recordedEvents(of: self.target)
        if let last = self.last { events = events.suffix(last) }
        guard let path = self.against else {
            console.print(
                self.output.isJSON
                    ? try JSONLine.text(RecordedEvents(events: events))
                    : RecordingTable.render(events, style: console.style))
            return
        }
        guard case .library(let name, let library) = try BenchOther.read(path) else {
            throw CommandFailure(.failed, "\(path) is not a library.")
        }
        guard let function = events.first?.function else { return }
        let played = try await self.play(function, name, library, count: events.count, client, on: console)
        let report = ReplayReport(
            self.target, against: name, events: played.map { ReplayedEvent($0, ignoring: self.ignore) },
            limits: self.failIf)
        console.print(
            self.output.isJSON ? try JSONLine.text(report) : console.printable(report.text(style: console.style)))
        let exceeded = report.verdicts.filter(\.isExceeded)
        if report.count(.different) > 0 {
            throw CommandFailure(
                .failed, "\(report.count(.different)) of \(played.count) events are answered differently by \(name).")
        }
        if !exceeded.isEmpty {
            throw CommandFailure(
                .failed, "\(name) is over the limits: \(exceeded.map(\.limit.text).joined(separator: ", ")).")
        }
    }

    private func play(
        _ function: String, _ name: String, _ library: Data, count: Int, _ client: ControlClient, on console: Console
    ) async throws -> [ReplayMessage.Played] {
        let order = { @Sendable (candidate: String, control: String?) in
            ReplayOrder(recorded: self.target, last: self.last, candidate: candidate, control: control)
        }
        let run = { @Sendable (order: ReplayOrder) in
            var played: [ReplayMessage.Played] = []
            defer { if console.errorsAreTerminal { console.redraw("") } }
            try await client.replay(order) {
                played.append($0)
                if console.errorsAreTerminal { console.redraw("\(self.target) event \(played.count) of \(count)") }
            }
            return played
        }
        return try await client.withCandidate(of: function, qualifier: nil, library: library, name: name) { candidate in
            if self.once { return try await run(order(candidate.name, nil)) }
            return try await client.withCandidate(of: function, qualifier: nil) { control in
                try await run(order(candidate.name, control.name))
            }
        }
    }
}

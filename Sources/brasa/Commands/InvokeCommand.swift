import ArgumentParser
import Foundation

/// `brasa invoke`: calls a function of a running host through the Lambda API.
struct InvokeCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "invoke",
        abstract: "Invoke a function of a running host.",
        discussion: """
            Prints the reply to standard output as it is, and what the invocation cost to standard error. Exits with \
            1 when the function fails. The event is JSON: the argument, a file, or standard input with `-`. Without \
            any of them it is what a pipe or redirected file holds, and otherwise {}.

            EXAMPLES
              brasa invoke hello-c '{"name": "Ada"}'
              brasa invoke orders:live --event-file order.json
              jq -c .order dump.json | brasa invoke orders -
              brasa invoke hello-c --json | jq .report.duration_ms
              brasa invoke mails '{"to": "ada@example.org"}' --async
            """)

    @Argument(
        help: ArgumentHelp("The function, with a version or an alias behind a colon.", valueName: "name[:qualifier]"))
    var target: String

    @Argument(help: "The event as JSON, or - for standard input.")
    var event: String?

    @Option(help: ArgumentHelp("File with the event.", valueName: "file"), completion: .file())
    var eventFile: String?

    @Flag(name: .customLong("async"), help: "Hand the event over and do not wait for the function.")
    var isAsynchronous = false

    @Flag(name: .customLong("log"), help: "Print the end of the invocation's log to standard error.")
    var wantsLog = false

    @OptionGroup var host: HostOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if self.event != nil, self.eventFile != nil {
            throw ValidationError("The event is given twice, as an argument and by --event-file; give it once.")
        }
        let request = InvokeRequest(target: self.target)
        guard !request.function.isEmpty, request.qualifier != "" else {
            throw ValidationError("'\(self.target)' names no function; give NAME or NAME:QUALIFIER.")
        }
        if self.isAsynchronous, self.wantsLog {
            throw ValidationError(
                "--log shows a finished invocation, which --async does not wait for; see `brasa logs`.")
        }
    }

    func run(on console: Console) async throws {
        var request = InvokeRequest(target: self.target, isAsynchronous: self.isAsynchronous)
        request.event = try self.source(console.input.kind).read(console)
        let reply = try await self.host.client(console.environment).invoke(request)
        try InvokeReport(reply: reply, request: request, wantsLog: self.wantsLog, isJSON: self.output.isJSON)
            .print(on: console)
    }

    /// Where the event comes from.
    func source(_ input: StandardInput.Kind) -> EventSource {
        if let file = self.eventFile { return file == "-" ? .input : .file(file) }
        if let event = self.event { return event == "-" ? .input : .text(event) }
        return input == .redirected ? .input : .text("{}")
    }
}

import ArgumentParser

/// `brasa logs`: what a function, and the host about it, wrote.
struct LogsCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Print the log of a function, and follow it.",
        discussion: """
            The host keeps about 2,000 entries of each function. Times are UTC; OUT marks standard output and error of \
            the function, HOST what the host wrote.

            EXAMPLES
              brasa logs hello-c --tail 20
              brasa logs hello-c -f              Until Ctrl-C, over restarts of the host.
              brasa logs hello-c --json | jq -r 'select(.level == "ERROR") | .message'
            """)

    @Argument(help: "The function.")
    var function: String

    @Flag(name: [.customShort("f"), .customLong("follow")], help: "Go on with new lines as they come.")
    var follows = false

    @Option(help: ArgumentHelp("Begin with the last <n> lines.", valueName: "n"))
    var tail: Int?

    @Option(help: ArgumentHelp("Begin behind the line with this sequence, as --json shows it.", valueName: "n"))
    var sinceSequence: UInt64 = 0

    @OptionGroup var host: HostOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard !self.function.isEmpty else { throw ValidationError("The function's name is empty.") }
        if let tail = self.tail, tail < 0 {
            throw ValidationError("--tail is \(tail); allowed is a whole number from 0.")
        }
        guard self.sinceSequence <= UInt64(Int.max) else {
            throw ValidationError("--since-sequence is \(self.sinceSequence); allowed is 0 to \(Int.max).")
        }
    }

    func run(on console: Console) async throws {
        let follower = LogFollower(
            client: try self.host.client(console.environment), function: self.function, console: console,
            isJSON: self.output.isJSON)
        let cursor = try await follower.printExisting(after: self.sinceSequence, tail: self.tail)
        if self.follows { try await follower.follow(from: cursor) }
    }
}

import ArgumentParser

/// A subcommand that reads and writes through a console, so that a test can stand in for the terminal.
protocol ConsoleCommand: AsyncParsableCommand {
    /// Does what the command says.
    ///
    /// - Throws: `CommandFailure` for what went wrong; anything else is a defect of the program.
    func run(on console: Console) async throws
}

extension ConsoleCommand {
    func run() async throws { try await self.run(on: .standard()) }
}

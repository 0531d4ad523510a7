import ArgumentParser

/// `brasa deploy`: has a running host take the functions folder over now.
struct DeployCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "deploy",
        abstract: "Take libraries of the functions folder over now, and wait until they answer.",
        discussion: """
            A running host notices by itself when a library changes. This waits for the outcome, and tries again what \
            was refused before. A library that is refused leaves the earlier one serving; the exit code is then 1.

            EXAMPLES
              brasa deploy
              mv build/users.so functions/users.so && brasa deploy users
            """)

    @Argument(help: ArgumentHelp("Name of the function. (default: all functions of the folder)", valueName: "function"))
    var function: String?

    @OptionGroup var host: HostOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if self.function == "" { throw ValidationError("The function is empty; give the name of one, or none.") }
    }

    func run(on console: Console) async throws {
        let deployments = try await self.host.client(console.environment).deploy(function: self.function)
        if self.output.isJSON {
            console.print(try JSONLine.text(["functions": deployments]))
        } else {
            for deployment in deployments { console.print(deployment.line) }
            if deployments.isEmpty { console.print("The functions folder has no library.") }
        }
        let refused = deployments.filter { $0.problem != nil }
        guard let first = refused.first else { return }
        throw CommandFailure(
            .failed,
            refused.count == 1
                ? "The library of \(first.name) was not taken over." : "\(refused.count) libraries were not taken over."
        )
    }
}

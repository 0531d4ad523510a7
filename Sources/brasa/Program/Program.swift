import ArgumentParser
import BrasaConfig

/// The whole program: a command line in, output and an exit status out.
enum Program {
    /// Runs what `arguments` say, without the program's name; errors are printed, never thrown.
    ///
    /// - Returns: one of `ExitStatus`, except that a command may pass on another one.
    static func run(_ arguments: [String], console: Console) async -> Int32 {
        if let mistake = self.unknownCommand(arguments) {
            console.error(mistake)
            return ExitStatus.usage.rawValue
        }
        do {
            var command = try BrasaCommand.parseAsRoot(arguments)
            do {
                try await self.run(&command, on: console)
                return ExitStatus.ok.rawValue
            } catch let error as CommandFailure {
                console.error(error.message)
                return error.status.rawValue
            } catch let error as ControlError {
                console.error(error.message)
                return error.status.rawValue
            } catch let error where self.isOfParser(error) {
                return self.report(error, of: type(of: command), console)
            } catch {
                console.error("This is a defect of brasa: \(error).")
                return ExitStatus.internalError.rawValue
            }
        } catch {
            return self.report(error, of: BrasaCommand.self, console)
        }
    }

    /// What to say of a command that there is none of; the parser would only call it unexpected.
    private static func unknownCommand(_ arguments: [String]) -> String? {
        let names = BrasaCommand.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
        guard let name = arguments.first, !name.hasPrefix("-"), !names.contains(name) else { return nil }
        let nearest = NearestName.find(name, among: names).map { " Did you mean \($0)?" } ?? ""
        return "There is no command \"\(name)\".\(nearest) Commands are \(names.joined(separator: ", "))."
    }

    private static func run(_ command: inout any ParsableCommand, on console: Console) async throws {
        if let command = command as? any ConsoleCommand {
            try await command.run(on: console)
        } else if var command = command as? any AsyncParsableCommand {
            try await command.run()
        } else {
            try command.run()
        }
    }

    /// Help comes as an error too, and of a type that is not public; the parser knows it by its status.
    private static func isOfParser(_ error: any Error) -> Bool {
        error is ValidationError || error is CleanExit || error is ExitCode
            || BrasaCommand.exitCode(for: error) != .failure
    }

    /// Help and the version go to the output, complaints about the command line to the errors.
    private static func report(
        _ error: any Error, of command: any ParsableCommand.Type, _ console: Console
    ) -> Int32 {
        let status = command.exitCode(for: error).rawValue
        let message = command.fullMessage(for: error)
        guard !message.isEmpty else { return status }
        if status == 0 {
            console.print(message)
        } else {
            let prefix = "Error: "
            console.error(message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : message)
        }
        return status
    }
}

import ArgumentParser

/// `brasa completions`: a script that teaches a shell this command line.
struct CompletionsCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print a completion script for a shell.",
        discussion: """
            EXAMPLES
              source <(brasa completions bash)   In ~/.bashrc.
              brasa completions zsh > ~/.zfunc/_brasa
              brasa completions fish > ~/.config/fish/completions/brasa.fish
            """)

    /// A shell there is a script for.
    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash, zsh, fish

        var completionShell: CompletionShell {
            switch self {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        }
    }

    @Argument(help: "The shell.")
    var shell: Shell

    func run(on console: Console) async throws {
        console.print(BrasaCommand.completionScript(for: self.shell.completionShell))
    }
}

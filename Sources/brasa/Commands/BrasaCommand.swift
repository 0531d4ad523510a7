import ArgumentParser

/// `brasa`: the root of all subcommands.
struct BrasaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "brasa",
        abstract: "Hosts functions that are compiled to shared libraries.",
        discussion: """
            EXAMPLES
              brasa new --lang c hello-me        Start a function.
              brasa dev                          Build what changes, show every request.
              brasa serve                        Serve the libraries in functions/.
              brasa invoke hello-me '{"name": "Ada"}'
              brasa bench hello-me               Measure it.
              brasa logs hello-me -f             Follow what it logs.
              brasa inspect functions/hello-me.so

            OUTPUT
              Every command that prints data takes --json. Errors go to standard error.
              Colours appear on terminals only, and not with NO_COLOR set.

            EXIT CODES
              0   It worked.
              1   What was asked for failed: a function's error, an invalid
                  configuration, a refused library.
              64  The command line makes no sense.
              69  No host answers at the endpoint.
              70  A defect of brasa, or an answer that no host gives.
            """,
        version: "0.1.0",
        subcommands: [
            ServeCommand.self, DevCommand.self, InvokeCommand.self, BenchCommand.self, ReplayCommand.self,
            ListCommand.self,
            LogsCommand.self,
            DeployCommand.self, StateCommand.self, InspectCommand.self, ValidateCommand.self, NewCommand.self,
            CompletionsCommand.self,
        ])
}

import ArgumentParser

/// `brasa list`: the functions of a running host.
struct ListCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the functions of a running host.",
        discussion: """
            EXAMPLES
              brasa list
              brasa list --json | jq -r '.functions[] | select(.state != "Active") | .name'
            """)

    @OptionGroup var host: HostOptions
    @OptionGroup var output: OutputOptions

    func run(on console: Console) async throws {
        let list = try await self.host.client(console.environment).list()
        if self.output.isJSON {
            console.print(try JSONLine.text(list))
        } else {
            console.print(FunctionTable.render(list, style: console.style))
        }
    }
}

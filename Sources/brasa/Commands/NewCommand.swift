import ArgumentParser
import BrasaConfig
import Foundation

/// `brasa new`: the files of a function to start from.
struct NewCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Start a function in C, C++ or Swift.",
        discussion: """
            Writes a small function that works into a folder of its own, and prints the one command that builds it into the \
            functions folder. In a folder without runtime-config/serverless.yml it writes one, so that brasa dev builds \
            the function when it changes. Never overwrites anything.

            EXAMPLES
              brasa new --lang c hello-me
              brasa new --lang swift orders --directory services
            """)

    @Option(name: .customLong("lang"), help: "The language.")
    var language: FunctionTemplate.Language

    @Argument(help: "The function's name: 1 to 64 of A-Z a-z 0-9 - _.")
    var name: String

    @Option(
        help: ArgumentHelp("Folder in which the function's own folder is made.", valueName: "dir"),
        completion: .directory)
    var directory: String = "."

    @Option(
        name: .customLong("functions"),
        help: ArgumentHelp(
            "Folder the library is built into. (default: that of \(ConfigurationOptions.defaultDirectory)/host.yml, "
                + "else functions)", valueName: "dir"),
        completion: .directory)
    var functionsFolder: String?

    @Option(
        help: ArgumentHelp("A checkout of Brasa. (default: the one brasa was built in)", valueName: "dir"),
        completion: .directory)
    var brasaPath: String?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        _ = try self.template(sources: "")
    }

    func run(on console: Console) async throws {
        let template = try self.template(sources: try BrasaSources.find(named: self.brasaPath).path)
        let function = NewFunction(template: template, directory: self.directory)
        try function.write()
        let command = function.buildCommand(functions: self.functionsFolder ?? Self.configuredFunctionsFolder(console))
        let isConfigured = try function.writeConfiguration()
        console.print(
            self.output.isJSON
                ? try function.json(command, isConfigured: isConfigured)
                : function.render(command, isConfigured: isConfigured, style: console.style))
    }

    /// - Throws: `ValidationError` when no function can have the name.
    private func template(sources: String) throws -> FunctionTemplate {
        do {
            return try FunctionTemplate(language: self.language, name: self.name, sources: sources)
        } catch {
            throw ValidationError(error.message)
        }
    }

    /// Where the host of this working directory looks; its mistakes are no business of this command.
    private static func configuredFunctionsFolder(_ console: Console) -> String {
        Configuration.load(
            directory: ConfigurationOptions.defaultDirectory, environment: console.environment
        ).configuration?.host.functionsFolder ?? HostSettings().functionsFolder
    }
}

extension FunctionTemplate.Language: ExpressibleByArgument {}

import ArgumentParser
import BrasaConfig
import Foundation

/// `brasa validate`: everything that is wrong with a configuration, at once.
struct ValidateCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check the configuration and the libraries it names.",
        discussion: """
            Reports every mistake with file, line, key and what is allowed. Libraries are looked at, not run. Exits \
            with 1 when one of the problems is an error; warnings alone are fine.

            EXAMPLES
              brasa validate
              brasa validate --config deploy --stage production --opt table=orders
              brasa validate --json | jq -r '.problems[].message'
            """)

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func run(on console: Console) async throws {
        let loaded = try self.configuration.load(environment: console.environment)
        let libraries = loaded.configuration.map(LibraryChecks.problems) ?? []
        let report = ValidationReport(
            directory: self.configuration.shownDirectory, problems: loaded.problems + libraries,
            functionNames: loaded.configuration?.functions.map(\.name) ?? [],
            tableNames: loaded.configuration?.tables.map(\.name) ?? [],
            isThere: FileManager.default.fileExists(atPath: self.configuration.shownDirectory))
        console.print(self.output.isJSON ? try report.json() : report.render(style: console.style))
        if report.errorCount > 0 { throw report.failure }
    }
}

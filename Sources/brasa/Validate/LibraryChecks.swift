import BrasaConfig
import BrasaHost
import BrasaModel
import BrasaPool
import Foundation

/// Looks at the libraries of a configuration without running them.
enum LibraryChecks {
    /// Every refusal: an error at the function that names the library, a warning for one that no function names.
    ///
    /// Blocks on the disk.
    static func problems(_ configuration: Configuration) -> [ConfigurationProblem] {
        let folder = configuration.host.functionsFolder
        var problems: [ConfigurationProblem] = []
        var seen: Set<String> = []
        for function in configuration.functions {
            let symbol = function.settings.symbol
            guard seen.insert(([function.libraryFile] + (symbol?.exports ?? [])).joined(separator: "#")).inserted else {
                continue
            }
            var policy = LibraryInspection.Policy()
            policy.symbols = symbol?.exports ?? []
            guard let place = LibraryPlace(function, folder: folder) else {
                // Not an error: the host says so and serves the others.
                problems.append(
                    Self.problem(
                        function, .warning, "\(function.name): \(LibraryPlace.problem(of: function, folder: folder))"))
                continue
            }
            problems += LibraryInspection(path: place.path, policy: policy).refusals.map {
                Self.problem(function, .error, $0.message)
            }
        }
        // A file of a folder is there without anybody's saying so; the host leaves out what it cannot load.
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let named = Set(configuration.functions.map(\.libraryFile))
        for file in files.sorted() where file.hasSuffix(".so") && !named.contains(file) {
            problems += LibraryInspection(path: "\(folder)/\(file)").refusals.map {
                ConfigurationProblem(severity: .warning, file: "\(folder)/\(file)", message: $0.message)
            }
        }
        return problems
    }

    private static func problem(
        _ function: ConfiguredFunction, _ severity: ConfigurationProblem.Severity, _ message: String
    ) -> ConfigurationProblem {
        ConfigurationProblem(
            severity: severity, file: function.location.file, line: function.location.line,
            column: function.location.column, key: "functions.\(function.name)", message: message)
    }
}

import BrasaConfig
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
        for function in configuration.functions where seen.insert(function.libraryFile).inserted {
            problems += LibraryInspection(path: "\(folder)/\(function.libraryFile)").refusals.map { refusal in
                ConfigurationProblem(
                    severity: .error, file: function.location.file, line: function.location.line,
                    column: function.location.column, key: "functions.\(function.name)", message: refusal.message)
            }
        }
        // A file of a folder is there without anybody's saying so; the host leaves out what it cannot load.
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for file in files.sorted() where file.hasSuffix(".so") && !seen.contains(file) {
            problems += LibraryInspection(path: "\(folder)/\(file)").refusals.map {
                ConfigurationProblem(severity: .warning, file: "\(folder)/\(file)", message: $0.message)
            }
        }
        return problems
    }
}

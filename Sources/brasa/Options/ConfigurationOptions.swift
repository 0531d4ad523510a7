import ArgumentParser
import BrasaConfig
import BrasaHost
import Foundation

/// Which configuration a command reads, and the values its variables get.
struct ConfigurationOptions: ParsableArguments {
    static let defaultDirectory = "runtime-config"

    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            "Folder with host.yml and serverless.yml. (default: \(Self.defaultDirectory))", valueName: "dir"),
        completion: .directory)
    var directory: String?

    @Option(
        name: .customLong("functions"),
        help: ArgumentHelp("Folder with the libraries, in place of `functions` in host.yml.", valueName: "dir"),
        completion: .directory)
    var functionsFolder: String?

    @Option(help: ArgumentHelp("Value of ${opt:stage}, which is the stage unless set otherwise."))
    var stage: String?

    @Option(
        name: .customLong("opt"),
        help: ArgumentHelp("Value of ${opt:<key>} in the configuration; may be repeated.", valueName: "key=value"))
    var assignments: [OptionAssignment] = []

    /// The folder with the configuration, for messages too.
    var shownDirectory: String { self.directory ?? Self.defaultDirectory }

    func validate() throws {
        for (value, name) in [(self.directory, "--config"), (self.functionsFolder, "--functions")] where value == "" {
            throw ValidationError("\(name) is empty; give the path of a folder.")
        }
        var seen: Set<String> = self.stage == nil ? [] : ["stage"]
        for assignment in self.assignments where !seen.insert(assignment.key).inserted {
            let also = assignment.key == "stage" && self.stage != nil ? " (--stage is one of them)" : ""
            throw ValidationError("The option \(assignment.key) is given twice\(also); give it once.")
        }
    }

    /// Reads and validates the configuration; blocks on the disk.
    ///
    /// - Parameter awaitsBuilds: whether a library may be missing that configuration says how to build.
    /// - Returns: what `Configuration.load` returns.
    /// - Throws: `CommandFailure` when a folder that was named is none. Without `--config` a missing one is not an error.
    func load(
        environment: [String: String], awaitsBuilds: Bool = false
    ) throws(CommandFailure) -> (configuration: Configuration?, problems: [ConfigurationProblem]) {
        if let directory = self.directory { try Self.check(directory, "--config") }
        if let folder = self.functionsFolder { try Self.check(folder, "--functions") }
        var options = Dictionary(self.assignments.map { ($0.key, $0.value) }) { _, last in last }
        options["stage"] = self.stage ?? options["stage"]
        return Configuration.load(
            directory: self.shownDirectory, options: options, environment: environment,
            functionsFolder: self.functionsFolder, awaitsBuilds: awaitsBuilds)
    }

    /// Where a running host reads the configuration again.
    func source(_ environment: [String: String], awaitsBuilds: Bool = false) -> ConfigurationSource {
        ConfigurationSource(folder: self.shownDirectory) {
            do {
                return try self.load(environment: environment, awaitsBuilds: awaitsBuilds)
            } catch {
                // The folder itself is gone.
                return (nil, [ConfigurationProblem(severity: .error, file: self.shownDirectory, message: "\(error)")])
            }
        }
    }

    private static func check(_ path: String, _ option: String) throws(CommandFailure) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw CommandFailure(.failed, "The folder \(path) that \(option) names does not exist.")
        }
        guard isFolder.boolValue else {
            throw CommandFailure(.failed, "\(path), which \(option) names, is not a folder.")
        }
    }
}

/// One `key=value` of `--opt`.
struct OptionAssignment: ExpressibleByArgument, Sendable, Hashable {
    let key: String
    let value: String

    /// nil without `=` or with nothing before it.
    init?(argument: String) {
        guard let sign = argument.firstIndex(of: "="), sign != argument.startIndex else { return nil }
        self.key = String(argument[..<sign])
        self.value = String(argument[argument.index(after: sign)...])
    }
}

import BrasaConfig
import Foundation

/// A configuration directory and a functions folder of their own for one test, gone afterwards.
final class ConfigurationFolder {
    let path: String

    /// - Parameters:
    ///   - files: content by name, in the configuration directory.
    ///   - libraries: names of files in the functions folder; nil: there is no such folder.
    init(_ files: [String: String], libraries: [String]? = ["hello.so", "users.so"]) throws {
        self.path = NSTemporaryDirectory() + "brasa-config-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: self.path + "/config", withIntermediateDirectories: true)
        for (name, content) in files { try self.write(Data(content.utf8), name) }
        guard let libraries else { return }
        try FileManager.default.createDirectory(atPath: self.path + "/functions", withIntermediateDirectories: true)
        for library in libraries { try Data().write(to: URL(fileURLWithPath: self.path + "/functions/" + library)) }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: self.path)
    }

    func write(_ data: Data, _ name: String) throws {
        try data.write(to: URL(fileURLWithPath: self.path + "/config/" + name))
    }

    /// Loads it; problems come as they print, with paths relative to the folder.
    func load(
        options: [String: String] = [:], environment: [String: String] = [:], awaitsBuilds: Bool = false
    ) -> (configuration: Configuration?, problems: [String]) {
        let (configuration, problems) = Configuration.load(
            directory: self.path + "/config", options: options, environment: environment,
            functionsFolder: self.path + "/functions", awaitsBuilds: awaitsBuilds)
        return (configuration, problems.map { $0.description.replacing(self.path + "/", with: "") })
    }
}

/// Loads one `serverless.yml`.
func loadServerless(
    _ text: String, options: [String: String] = [:], environment: [String: String] = [:]
) throws -> (configuration: Configuration?, problems: [String]) {
    try ConfigurationFolder(["serverless.yml": text]).load(options: options, environment: environment)
}

/// Loads one `host.yml`.
func loadHost(
    _ text: String, environment: [String: String] = [:]
) throws -> (configuration: Configuration?, problems: [String]) {
    try ConfigurationFolder(["host.yml": text]).load(environment: environment)
}

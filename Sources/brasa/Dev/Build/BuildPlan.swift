import BrasaConfig
import Foundation

/// One library that configuration says how to build.
struct BuildUnit: Sendable, Hashable {
    /// Its file in the functions folder.
    let library: String
    /// The functions it answers, in the order of the file.
    let functions: [String]
    /// A command line for `/bin/sh`.
    let command: String
    /// Files and folders it is built from; absolute.
    let sources: [String]
}

/// What is built, and where.
struct BuildPlan: Sendable, Hashable {
    /// Folder that commands run in, and that relative sources are in; absolute.
    let project: String
    /// Absolute.
    let functionsFolder: String
    /// Folders that are never sources, wherever they lie; absolute.
    let excluded: Set<String>
    let units: [BuildUnit]

    /// - Parameters:
    ///   - project: absolute.
    ///   - workingDirectory: where relative folders of the configuration are; absolute.
    init(_ configuration: Configuration, project: String, workingDirectory: String) {
        self.project = project
        let host = configuration.host
        self.functionsFolder = Self.absolute(host.functionsFolder, in: workingDirectory)
        self.excluded = [self.functionsFolder, Self.absolute(host.stateFolder, in: workingDirectory)]
        var units: [BuildUnit] = []
        for function in configuration.functions {
            guard let build = function.build, !units.contains(where: { $0.library == function.libraryFile }) else {
                continue
            }
            let given = build.sources.isEmpty ? Self.usualSources(of: function.libraryFile) : build.sources
            units.append(
                BuildUnit(
                    library: function.libraryFile,
                    functions: configuration.functions.filter { $0.libraryFile == function.libraryFile }.map(\.name),
                    command: build.command, sources: given.map { Self.absolute($0, in: project) }))
        }
        self.units = units
    }

    /// The folder that commands of a configuration folder run in: the one it lies in, or itself when it is the working
    /// directory.
    static func project(configuration folder: String, workingDirectory: String) -> String {
        let folder = Self.absolute(folder, in: workingDirectory)
        let own = Self.absolute(workingDirectory, in: "/")
        return folder == own ? own : URL(fileURLWithPath: folder).deletingLastPathComponent().path
    }

    /// Where sources are looked for when nobody says: the folder named like the library, here or in `Plugins`.
    static func usualSources(of library: String) -> [String] {
        let end = library.range(of: ".so", options: .backwards)?.lowerBound ?? library.endIndex
        let name = String(library[..<end])
        return [name, "Plugins/\(name)"]
    }

    private static func absolute(_ path: String, in folder: String) -> String {
        let path = path.hasPrefix("/") ? path : "\(folder)/\(path)"
        return URL(fileURLWithPath: path).standardizedFileURL.path
    }

    /// A path as people read it: from the project on.
    func shown(_ path: String) -> String {
        path.hasPrefix(self.project + "/") ? String(path.dropFirst(self.project.count + 1)) : path
    }
}

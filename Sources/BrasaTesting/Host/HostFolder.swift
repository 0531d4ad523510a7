import Foundation
import Glibc

/// The folders of one host: its configuration, functions and state; removed with this object.
package final class HostFolder: Sendable {
    package let path: String
    package var configuration: String { self.path + "/config" }
    package var functions: String { self.path + "/functions" }
    package var state: String { self.path + "/state" }
    /// What the host writes to its standard error.
    package var logFile: String { self.path + "/host.log" }

    /// Makes the folders, empty.
    package init() throws {
        self.path = try FixtureLibrary.makeFolder()
        for folder in [self.configuration, self.functions, self.state] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }

    /// Puts libraries and configuration there.
    package func fill(_ setup: HostSetup) throws {
        var functions = setup.functions
        if setup.hasNeighbour { functions.append(TestFunction(fixture: "echo", name: "neighbour")) }
        var yaml = "service: tests\n" + setup.serviceSettings + "\n"
        if !functions.isEmpty { yaml += "functions:\n" }
        for function in functions {
            if let library = try function.libraryPath() { try self.put(library, as: function.name) }
            yaml += "  \(function.name):\n"
            let handler = function.handler ?? "\(function.name).so\(function.entry.map { "#\($0)" } ?? "")"
            yaml += "    handler: \(handler)\n"
            let settings = function.settings.split(separator: "\n")
            for line in settings { yaml += "    \(line)\n" }
            // The default is too near for a machine that is busy with others.
            if !settings.contains(where: { $0.hasPrefix("timeout:") }) { yaml += "    timeout: 30\n" }
        }
        try yaml.write(toFile: self.configuration + "/serverless.yml", atomically: false, encoding: .utf8)
        try setup.hostSettings.write(toFile: self.configuration + "/host.yml", atomically: false, encoding: .utf8)
    }

    /// Puts a library into the functions folder as `<name>.so`, replacing it by a rename.
    package func put(_ library: String, as name: String) throws {
        let beside = self.path + "/\(name).incoming"
        try? FileManager.default.removeItem(atPath: beside)
        try FileManager.default.copyItem(atPath: library, toPath: beside)
        guard rename(beside, self.functions + "/\(name).so") == 0 else {
            throw HarnessError("Cannot put \(name).so into \(self.functions): \(String(cString: strerror(errno))).")
        }
    }

    /// The host's own log so far.
    package var log: String {
        String(decoding: FileManager.default.contents(atPath: self.logFile) ?? Data(), as: UTF8.self)
    }
}

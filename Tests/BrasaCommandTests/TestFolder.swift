import Foundation

/// A folder for one test, removed with it.
final class TestFolder {
    let path: String

    init() throws {
        self.path = FileManager.default.temporaryDirectory.path + "/brasa-command-\(UUID())"
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }

    /// Writes a file below it, and the folders in between.
    func write(_ name: String, _ contents: String) throws {
        let url = URL(fileURLWithPath: self.path + "/" + name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(contents.utf8).write(to: url)
    }

    /// Copies a file into it.
    func copy(_ source: String, as name: String) throws {
        try self.write(name, "")
        try FileManager.default.removeItem(atPath: self.path + "/" + name)
        try FileManager.default.copyItem(atPath: source, toPath: self.path + "/" + name)
    }
}

import Foundation

/// A directory of its own for one test, removed with it.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        self.path = FileManager.default.temporaryDirectory.path + "/brasa-sqlite-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: self.path)
    }

    /// What a disk would hold if the host were killed at this moment: the files as they are, without their owner.
    func copy(of names: [String]) throws -> TemporaryDirectory {
        let copy = try TemporaryDirectory()
        for name in names where FileManager.default.fileExists(atPath: self.path + "/" + name) {
            try FileManager.default.copyItem(atPath: self.path + "/" + name, toPath: copy.path + "/" + name)
        }
        return copy
    }
}

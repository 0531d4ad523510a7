import Foundation
import Synchronization

/// A directory of its own for one test, removed with it.
final class TemporaryDirectory: Sendable {
    let path: String
    /// Kept until the test ends: a store opens a file once more when two read at the same time.
    private let copies = Mutex<[TemporaryDirectory]>([])

    init() throws {
        self.path = FileManager.default.temporaryDirectory.path + "/brasa-sqlite-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: self.path)
    }

    /// What a disk would hold if the host were killed at this moment: the files as they are, without their owner.
    ///
    /// There as long as this is.
    func copy(of names: [String]) throws -> TemporaryDirectory {
        let copy = try TemporaryDirectory()
        for name in names where FileManager.default.fileExists(atPath: self.path + "/" + name) {
            try FileManager.default.copyItem(atPath: self.path + "/" + name, toPath: copy.path + "/" + name)
        }
        self.copies.withLock { $0.append(copy) }
        return copy
    }
}

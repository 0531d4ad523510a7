import Foundation

/// The events of a load: files, or all files of folders in the order of their names.
enum EventFiles {
    /// All events of some paths.
    ///
    /// - Throws: `CommandFailure` when there is none at one of them, or one cannot be read.
    static func read(_ paths: [String]) throws(CommandFailure) -> [Data] {
        var events: [Data] = []
        for path in paths { events += try self.read(path) }
        return events
    }

    private static func read(_ path: String) throws(CommandFailure) -> [Data] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw CommandFailure(.failed, "There is no event at \(path).")
        }
        guard isFolder.boolValue else { return [try self.event(path)] }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw CommandFailure(
                .failed, "The folder \(path) cannot be read: \(FileErrorText.reason(error)).", cause: error)
        }
        var events: [Data] = []
        for name in names.sorted() where !name.hasPrefix(".") { events.append(try self.event("\(path)/\(name)")) }
        guard !events.isEmpty else { throw CommandFailure(.failed, "There is no event in the folder \(path).") }
        return events
    }

    private static func event(_ path: String) throws(CommandFailure) -> Data {
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw CommandFailure(
                .failed, "The event cannot be read from \(path): \(FileErrorText.reason(error)).", cause: error)
        }
    }
}

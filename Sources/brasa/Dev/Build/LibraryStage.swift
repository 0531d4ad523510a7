import Foundation

/// Where a build puts its library, and how that comes into the functions folder.
///
/// A command that writes to `$BRASA_LIBRARY` writes beside the functions folder's file, which is then renamed: the host
/// never sees half of it. A command that writes the file itself may ruin it when it fails (linkers remove what they could
/// not finish), so a copy is kept until it is known how it ends. Blocks on the disk.
struct LibraryStage: Sendable {
    /// The file in the functions folder.
    let library: String
    private let folder: String
    /// Where the command is asked to put the library.
    let staged: String
    private let copy: String

    init(_ library: String, functionsFolder: String) {
        self.library = "\(functionsFolder)/\(library)"
        // Inside, because only there a rename is sure to work; hidden, so that the host does not look at it.
        self.folder = "\(functionsFolder)/.brasa-dev"
        self.staged = "\(self.folder)/\(library)"
        self.copy = "\(self.folder)/\(library).before"
    }

    /// Makes room.
    func prepare() throws {
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
        unlink(self.staged)
        unlink(self.copy)
        if access(self.library, R_OK) == 0 { try FileManager.default.copyItem(atPath: self.library, toPath: self.copy) }
    }

    /// The command has succeeded: takes its library over.
    func land() -> BuildOutcome {
        defer { unlink(self.copy) }
        let written = access(self.staged, F_OK) == 0 ? self.staged : self.library
        guard access(written, F_OK) == 0 else {
            return .failed("the command succeeded, but wrote no library to $BRASA_LIBRARY (\(self.staged))")
        }
        let isSame = FileManager.default.contentsEqual(atPath: written, andPath: self.copy)
        if written == self.staged, !isSame, rename(self.staged, self.library) != 0 {
            return .failed("\(self.library) cannot be replaced: \(String(cString: strerror(errno)))")
        }
        if isSame {
            unlink(self.staged)
            // No older than its sources any more, so that it is not built again by the next start.
            utimes(self.library, nil)
        }
        return isSame ? .unchanged : .built
    }

    /// The command has failed: what was there before is there again.
    func undo() {
        unlink(self.staged)
        guard access(self.copy, F_OK) == 0 else { return }
        if FileManager.default.contentsEqual(atPath: self.library, andPath: self.copy) {
            unlink(self.copy)
        } else {
            rename(self.copy, self.library)
        }
    }

    /// Removes what is left of a stage of this folder.
    static func clear(functionsFolder: String) { rmdir("\(functionsFolder)/.brasa-dev") }
}

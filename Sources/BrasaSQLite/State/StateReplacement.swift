import Foundation

/// Replaces the state in a directory by other state: prepared while the host runs, done while none does.
///
///     <state>/incoming/         what is to be there; complete once `incoming/complete` exists
///     <state>/replaced/         what was there before, until the host has come up with the new
///
/// A machine that fails in between leaves either the old state, or the new, or a preparation that the next start completes.
package struct StateReplacement {
    private let directory: String
    private let files = FileManager.default

    private var incoming: String { self.directory + "/incoming" }
    private var replaced: String { self.directory + "/replaced" }
    private var marker: String { self.incoming + "/complete" }

    /// - Parameter directory: a state directory.
    package init(_ directory: String) {
        self.directory = directory
    }

    /// Prepares the state of a snapshot to be taken over; nil prepares for having none.
    ///
    /// - Throws: `StorageError` when there is no snapshot at that path, or it cannot be copied; nothing has changed then.
    package func prepare(from snapshot: String?) throws(StorageError) {
        do {
            try? self.files.removeItem(atPath: self.incoming)
            // What an earlier replacement left: the host has come up since.
            try? self.files.removeItem(atPath: self.replaced)
            try self.files.createDirectory(atPath: self.incoming, withIntermediateDirectories: false)
            if let snapshot {
                try StateSnapshot.check(snapshot)
                for name in StateFolder.databases + StateFolder.folders {
                    guard self.files.fileExists(atPath: "\(snapshot)/\(name)") else { continue }
                    try self.files.copyItem(atPath: "\(snapshot)/\(name)", toPath: "\(self.incoming)/\(name)")
                }
            }
            try StateSnapshot.syncTree(self.incoming)
            let names = try self.files.contentsOfDirectory(atPath: self.incoming).joined(separator: "\n")
            try names.write(toFile: self.marker, atomically: true, encoding: .utf8)
            try StateFolder.sync(self.incoming)
        } catch let error as StorageError {
            try? self.files.removeItem(atPath: self.incoming)
            throw error
        } catch {
            try? self.files.removeItem(atPath: self.incoming)
            throw StorageError(
                .inaccessible, "The state cannot be prepared in \(self.incoming): \(error.localizedDescription)",
                cause: error)
        }
    }

    /// Takes over what was prepared; nothing when nothing was.
    ///
    /// For the owner of the directory's lock, before any of its files is opened.
    ///
    /// - Returns: whether there was something.
    package func apply() throws(StorageError) -> Bool {
        guard self.files.fileExists(atPath: self.marker) else {
            // A preparation that was cut off.
            try? self.files.removeItem(atPath: self.incoming)
            return false
        }
        do {
            // The marker names all that was to arrive: what is no longer waiting has been moved before a cut.
            let planned = Set(try String(contentsOfFile: self.marker, encoding: .utf8).split(separator: "\n"))
            try? self.files.createDirectory(atPath: self.replaced, withIntermediateDirectories: false)
            for name in StateFolder.names {
                let (current, new) = ("\(self.directory)/\(name)", "\(self.incoming)/\(name)")
                let isWaiting = self.files.fileExists(atPath: new)
                guard isWaiting || !planned.contains(name[...]) else { continue }
                if self.files.fileExists(atPath: current) {
                    try self.files.moveItem(atPath: current, toPath: "\(self.replaced)/\(name)")
                }
                if isWaiting { try self.files.moveItem(atPath: new, toPath: current) }
            }
            try StateFolder.sync(self.directory)
            try self.files.removeItem(atPath: self.incoming)
            try StateFolder.sync(self.directory)
            return true
        } catch let error as StorageError {
            throw error
        } catch {
            throw StorageError(
                .inaccessible,
                "The prepared state cannot be moved into \(self.directory): \(error.localizedDescription)",
                cause: error)
        }
    }

    /// The host works with the new state: drops the old.
    package func confirm() {
        try? self.files.removeItem(atPath: self.replaced)
    }

    /// The host cannot work with the new state: puts the old back.
    package func undo() throws(StorageError) {
        // Where `apply` was cut off, what it has not touched is still the old.
        let planned = (try? String(contentsOfFile: self.marker, encoding: .utf8)).map { Set($0.split(separator: "\n")) }
        guard self.files.fileExists(atPath: self.replaced) else {
            try? self.files.removeItem(atPath: self.incoming)
            return
        }
        do {
            for name in StateFolder.names {
                let (current, old) = ("\(self.directory)/\(name)", "\(self.replaced)/\(name)")
                let hasArrived = planned.map {
                    $0.contains(name[...]) && !self.files.fileExists(atPath: "\(self.incoming)/\(name)")
                }
                if self.files.fileExists(atPath: old) {
                    try? self.files.removeItem(atPath: current)
                    try self.files.moveItem(atPath: old, toPath: current)
                } else if hasArrived ?? true {
                    try? self.files.removeItem(atPath: current)
                }
            }
            try? self.files.removeItem(atPath: self.incoming)
            try self.files.removeItem(atPath: self.replaced)
        } catch {
            throw StorageError(
                .inaccessible,
                "The former state cannot be moved back from \(self.replaced): \(error.localizedDescription)",
                cause: error)
        }
    }
}

/// Why state could not be opened, read or stored.
package struct StorageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The cases that callers tell apart.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Name: String {
            case inUse, inaccessible, newer, foreign, damaged, notDurable, lost, closed
        }

        private let name: Name

        /// Another host works on the state directory.
        package static let inUse = Code(name: .inUse)
        /// The file system refused: permissions, a missing folder, a full disk.
        package static let inaccessible = Code(name: .inaccessible)
        /// The file was written by a newer release.
        package static let newer = Code(name: .newer)
        /// The file belongs to another program or holds other state than expected.
        package static let foreign = Code(name: .foreign)
        /// The file is not what was written to it.
        package static let damaged = Code(name: .damaged)
        /// The settings that make acknowledged writes survive did not take.
        package static let notDurable = Code(name: .notDurable)
        /// The write was undone together with the group it was to be committed in.
        package static let lost = Code(name: .lost)
        /// The file is being closed or is closed.
        package static let closed = Code(name: .closed)

        package var description: String { self.name.rawValue }
    }

    package let code: Code
    /// A full sentence that names the path, and what to do where something can be done.
    package let message: String
    /// What the layer below said; not part of `==`.
    package let cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String {
        guard let cause = self.cause else { return self.message }
        return "\(self.message) (\(cause))"
    }

    package static func == (left: StorageError, right: StorageError) -> Bool {
        left.code == right.code && left.message == right.message
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.code)
        hasher.combine(self.message)
    }
}

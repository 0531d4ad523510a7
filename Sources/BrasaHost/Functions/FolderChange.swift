/// What may be different in the functions folder.
struct FolderChange: Sendable {
    /// Files that are complete, because they were renamed, linked or closed after writing; the value is when, in nanoseconds
    /// of the monotonic clock.
    var complete: [String: UInt64] = [:]
    /// Whether everything is to be taken as complete: at the start, and when somebody says so.
    var isAllComplete = false

    /// Adds what happened later.
    mutating func formUnion(_ other: FolderChange) {
        self.complete.merge(other.complete) { first, _ in first }
        self.isAllComplete = self.isAllComplete || other.isAllComplete
    }

    /// Whether the file of this name is complete, as far as is known.
    func says(_ file: String) -> Bool { self.isAllComplete || self.complete[file] != nil }
}

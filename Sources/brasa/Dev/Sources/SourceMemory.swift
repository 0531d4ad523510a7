/// What a library's sources were like when it was built last.
///
/// A file that was written anew with the same content has not changed: editors do that, and builds that generate sources.
struct SourceMemory: Sendable {
    /// Larger files are told apart by their stamps alone.
    private static let digestedBytes = 4 << 20

    private struct Known: Sendable {
        var stamp: SourceStamp
        /// nil: not read yet.
        var sha256: String?
    }

    private var files: [String: Known] = [:]

    /// Remembers the sources as they are; what has not changed since the last time is not read again.
    mutating func remember(_ look: SourceTree.Look, digest: (String) -> String? = FileDigest.sha256) {
        var next: [String: Known] = [:]
        for (path, stamp) in look.files {
            if let known = self.files[path], known.stamp == stamp, known.sha256 != nil {
                next[path] = known
            } else {
                next[path] = Known(
                    stamp: stamp, sha256: stamp.sizeBytes <= Self.digestedBytes ? digest(path) : nil)
            }
        }
        self.files = next
    }

    /// A file that has changed since, came or went; the first by name, nil: none.
    mutating func change(_ look: SourceTree.Look, digest: (String) -> String? = FileDigest.sha256) -> String? {
        var changed: [String] = self.files.keys.filter { look.files[$0] == nil }
        for (path, stamp) in look.files where self.files[path]?.stamp != stamp {
            guard let before = self.files[path]?.sha256, before == digest(path) else {
                changed.append(path)
                continue
            }
            self.files[path]?.stamp = stamp
        }
        return changed.min()
    }
}

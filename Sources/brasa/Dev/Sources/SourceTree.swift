import Foundation

/// The files a library is built from.
///
/// Hidden files and folders, editors' backups, object files and libraries are none; nor is what lies in a folder that says
/// it is a cache (`CACHEDIR.TAG`) or a build folder of CMake.
struct SourceTree: Sendable, Hashable {
    /// Files and folders; absolute.
    let roots: [String]
    /// Folders that are left out; absolute.
    let excluded: Set<String>

    /// What a look finds.
    struct Look: Sendable, Hashable {
        var files: [String: SourceStamp] = [:]
        /// Folders in which something may change.
        var folders: Set<String> = []

        /// When the newest file was changed, in nanoseconds since 1970; nil: there is none.
        var newestNanoseconds: Int64? { self.files.values.map(\.modifiedNanoseconds).max() }
    }

    /// Most files of one tree; more are not looked at.
    private static let mostFiles = 50_000
    private static let builtEndings = [".o", ".a", ".so", ".gch", ".pch", ".pcm", ".pyc", ".swp", ".tmp", "~"]
    private static let cacheSigns: Set<String> = ["CACHEDIR.TAG", "CMakeCache.txt"]

    /// Looks at it as it is now; blocks on the disk.
    func look() -> Look {
        var look = Look()
        for root in self.roots {
            var about = stat()
            guard stat(root, &about) == 0 else {
                // It may come, or come back.
                look.folders.insert(Self.parent(root))
                continue
            }
            if about.st_mode & S_IFMT == S_IFDIR {
                self.walk(root, into: &look)
            } else {
                look.folders.insert(Self.parent(root))
                look.files[root] = SourceStamp(about)
            }
        }
        return look
    }

    private static func parent(_ path: String) -> String {
        URL(fileURLWithPath: path).deletingLastPathComponent().path
    }

    private func walk(_ folder: String, into look: inout Look) {
        guard !self.excluded.contains(folder), look.files.count < Self.mostFiles else { return }
        let names = Self.names(in: folder)
        guard !names.contains(where: Self.cacheSigns.contains) else { return }
        look.folders.insert(folder)
        for name in names where !name.hasPrefix(".") {
            let path = "\(folder)/\(name)"
            var about = stat()
            // Links to folders are not followed: they may lead in circles, or to half of the disk.
            guard lstat(path, &about) == 0 else { continue }
            if about.st_mode & S_IFMT == S_IFDIR {
                self.walk(path, into: &look)
            } else if Self.isSource(name), stat(path, &about) == 0, about.st_mode & S_IFMT == S_IFREG {
                look.files[path] = SourceStamp(about)
            }
        }
    }

    private static func isSource(_ name: String) -> Bool {
        // vim tries whether it can write by a file of that name.
        name != "4913" && !name.hasPrefix("#") && !self.builtEndings.contains { name.hasSuffix($0) }
    }

    private static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names
    }
}

/// Tells whether a source is still the one that was seen.
struct SourceStamp: Sendable, Hashable {
    let inode: UInt64
    let sizeBytes: Int64
    let modifiedNanoseconds: Int64

    init(_ about: stat) {
        self.inode = UInt64(about.st_ino)
        self.sizeBytes = Int64(about.st_size)
        self.modifiedNanoseconds = Int64(about.st_mtim.tv_sec) * 1_000_000_000 + Int64(about.st_mtim.tv_nsec)
    }
}

import GRDBSQLite

/// Keeps the log of a file longer than what is in it, so that a commit overwrites blocks that the disk has given already.
///
/// A commit that makes its file longer has more to sync than its own bytes: the file's size and where its new blocks lie, which file
/// systems write apart, some of them behind what others have changed. The bytes ahead are zeros; to SQLite they are what an older,
/// longer log has left behind, which is told from the log by its salts and checksums (https://www.sqlite.org/fileformat2.html#walformat).
///
/// For the thread that writes through the connection, which has to outlive this.
final class LogRoom {
    /// How much is added at a time: as much as the log has, within these bounds.
    private static let stepBytes = (256 << 10)...(4 << 20)
    private static let headerBytes = 32
    private static let frameHeaderBytes = 24
    /// SQLite takes less than 128 KiB at a time.
    private static let piece = [UInt8](repeating: 0, count: 64 << 10)

    private let connection: SQLConnection
    private let pageBytes: Int
    private let longestBytes: Int
    /// Pages in the log after the last commit, which SQLite tells.
    private let pages: UnsafeMutablePointer<Int>
    /// How long the file was when it was last looked at, and how much of it was used when it was last asked for.
    private var fileBytes = 0
    private var usedBefore = 0
    /// Whether the disk has refused to give more; asked again when the log begins anew.
    private var isRefused = false

    /// - Parameters:
    ///   - connection: writes a file in WAL mode and has no other hook for commits to its log.
    ///   - longestBytes: the log is not made longer than that.
    init(of connection: SQLConnection, pageBytes: Int, longestBytes: Int) {
        self.connection = connection
        self.pageBytes = pageBytes
        self.longestBytes = longestBytes
        self.pages = .allocate(capacity: 1)
        self.pages.initialize(to: 0)
        sqlite3_wal_hook(
            connection.handle,
            { pages, _, _, count in
                pages?.assumingMemoryBound(to: Int.self).pointee = Int(count)
                return SQLITE_OK
            }, self.pages)
    }

    deinit {
        sqlite3_wal_hook(self.connection.handle, nil, nil)
        self.pages.deallocate()
    }

    /// Notes what the last commit has used, and says whether little is left of a log that may be made longer.
    func isShort() -> Bool {
        let used = self.usedBytes
        if used < self.usedBefore {
            // It has begun anew, and may have been cut.
            self.fileBytes = 0
            self.isRefused = false
        }
        self.usedBefore = used
        return !self.isRefused && self.fileBytes - used < self.stepBytes / 4 && self.fileBytes < self.longestBytes
    }

    /// Makes the log longer; outside of a transaction.
    ///
    /// Whatever goes wrong is left to the commits: they can do without.
    func extend() {
        // Nobody else writes to the log as long as this one may.
        guard (try? self.connection.run(.begin)) != nil else { return }
        self.isRefused = !self.write(upTo: min(self.usedBytes + self.stepBytes, self.longestBytes))
        try? self.connection.run(.commit)
    }

    private var usedBytes: Int { Self.headerBytes + self.pages.pointee * (self.pageBytes + Self.frameHeaderBytes) }

    private var stepBytes: Int {
        min(max(self.usedBytes, Self.stepBytes.lowerBound), Self.stepBytes.upperBound)
    }

    /// Writes zeros from the end of the file on; false when that failed.
    private func write(upTo end: Int) -> Bool {
        var log: UnsafeMutablePointer<sqlite3_file>?
        let status = sqlite3_file_control(self.connection.handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log)
        guard status == SQLITE_OK, let log, let methods = log.pointee.pMethods?.pointee else { return false }
        var size: sqlite3_int64 = 0
        guard methods.xFileSize(log, &size) == SQLITE_OK else { return false }
        self.fileBytes = Int(size)
        while self.fileBytes < end {
            let count = min(Self.piece.count, end - self.fileBytes)
            guard methods.xWrite(log, Self.piece, CInt(count), sqlite3_int64(self.fileBytes)) == SQLITE_OK else {
                return false
            }
            self.fileBytes += count
        }
        return true
    }
}

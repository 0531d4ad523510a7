import CBrasaTransport
import GRDBSQLite
import Glibc
import Synchronization

/// A way for SQLite to the file system that reads what is in memory already and never waits for a disk.
///
/// Everything is done by SQLite's own way but the reading of the database and its log: where that would have to wait, it fails with
/// `SQLITE_IOERR_BLOCKED`, and so does the statement. For one connection at a time, which only reads.
///
/// It has descriptors of its own, as SQLite does not tell its. They stay open until this goes away, because closing one takes
/// *all* locks of the process from that file (https://www.sqlite.org/howtocorrupt.html, 2.2): it has to live longer than every
/// other connection to the files.
final class CachedFiles: Sendable {
    /// What is appended to SQLite's own state of a file.
    private struct Extra {
        let descriptor: Int32
        let owner: Unmanaged<CachedFiles>
    }

    /// What SQLite is asked for: `sqlite3_open_v2(path, …, name)`.
    let name: String

    private let supported = Atomic<Bool>(true)
    private let waits = Atomic<Int>(0)
    private let descriptors = Mutex<[Int32]>([])
    // What SQLite holds pointers to, as C structures; written here and in `open` only.
    private nonisolated(unsafe) let vfs: UnsafeMutablePointer<sqlite3_vfs>
    private nonisolated(unsafe) let nameText: UnsafeMutablePointer<CChar>
    /// SQLite's own way.
    private nonisolated(unsafe) let base: UnsafeMutablePointer<sqlite3_vfs>
    /// The base's methods with another way to read: of the database, which has locks, and of its log.
    private nonisolated(unsafe) let methods: UnsafeMutablePointer<sqlite3_io_methods>

    /// Where `Extra` begins.
    private static let extraOffset = (Int(sqlite3_vfs_find(nil)?.pointee.szOsFile ?? 0) + 15) / 16 * 16

    /// - Parameter name: one that no other in the process has at that time.
    /// - Throws: `StorageError` when SQLite does not take it.
    init(name: String) throws(StorageError) {
        guard let base = sqlite3_vfs_find(nil), let nameText = strdup(name) else { throw Self.refused }
        self.name = name
        self.base = base
        self.nameText = nameText
        self.vfs = .allocate(capacity: 1)
        self.methods = .allocate(capacity: 2)
        self.vfs.initialize(to: base.pointee)
        self.vfs.pointee.szOsFile = Int32(Self.extraOffset + MemoryLayout<Extra>.stride)
        self.vfs.pointee.zName = UnsafePointer(nameText)
        self.vfs.pointee.pNext = nil
        self.vfs.pointee.pAppData = Unmanaged.passUnretained(self).toOpaque()
        self.vfs.pointee.xOpen = { vfs, name, file, flags, outFlags in
            guard let file, let data = vfs?.pointee.pAppData else { return SQLITE_CANTOPEN }
            return Unmanaged<CachedFiles>.fromOpaque(data).takeUnretainedValue().open(name, file, flags, outFlags)
        }
        guard sqlite3_vfs_register(self.vfs, 0) == SQLITE_OK else { throw Self.refused }
    }

    deinit {
        sqlite3_vfs_unregister(self.vfs)
        self.descriptors.withLock { for descriptor in $0 { close(descriptor) } }
        self.vfs.deallocate()
        self.methods.deallocate()
        free(self.nameText)
    }

    /// Whether the file system has been able to tell what is in memory.
    var isSupported: Bool { self.supported.load(ordering: .relaxed) }

    /// How often something was not in memory so far.
    var refusedReads: Int { self.waits.load(ordering: .relaxed) }

    private static var refused: StorageError {
        StorageError(.inaccessible, "SQLite does not take another way to the file system.")
    }

    private func open(
        _ name: UnsafePointer<CChar>?, _ file: UnsafeMutablePointer<sqlite3_file>, _ flags: Int32,
        _ outFlags: UnsafeMutablePointer<Int32>?
    ) -> Int32 {
        let status = self.base.pointee.xOpen(self.base, name, file, flags, outFlags)
        guard status == SQLITE_OK, let name, flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL) != 0,
            let own = file.pointee.pMethods
        else { return status }
        let descriptor = Glibc.open(name, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            _ = own.pointee.xClose(file)
            file.pointee.pMethods = nil
            return SQLITE_CANTOPEN
        }
        self.descriptors.withLock { $0.append(descriptor) }
        let methods = self.methods + (flags & SQLITE_OPEN_WAL != 0 ? 1 : 0)
        methods.initialize(to: own.pointee)
        methods.pointee.xRead = { file, to, count, offset in
            guard let file, let to else { return CachedFiles.failed }
            return CachedFiles.read(file, to, Int(count), offset)
        }
        file.pointee.pMethods = UnsafePointer(methods)
        let extra = UnsafeMutableRawPointer(file) + Self.extraOffset
        extra.initializeMemory(
            as: Extra.self, to: Extra(descriptor: descriptor, owner: Unmanaged.passUnretained(self)))
        return status
    }

    private static func read(
        _ file: UnsafeMutablePointer<sqlite3_file>, _ to: UnsafeMutableRawPointer, _ count: Int, _ offset: Int64
    ) -> Int32 {
        let extra = (UnsafeMutableRawPointer(file) + Self.extraOffset).assumingMemoryBound(to: Extra.self).pointee
        let got = brasa_process_read_cached(extra.descriptor, to, count, off_t(offset))
        switch got {
        case count: return SQLITE_OK
        case 0..<count:
            // SQLite counts on zeros: https://www.sqlite.org/c3ref/io_methods.html
            memset(to + got, 0, count - got)
            return Self.short
        case Int(-EAGAIN), Int(-EOPNOTSUPP):
            extra.owner._withUnsafeGuaranteedRef { files in
                files.waits.add(1, ordering: .relaxed)
                if got == Int(-EOPNOTSUPP) { files.supported.store(false, ordering: .relaxed) }
            }
            return Self.blocked
        default: return Self.failed
        }
    }

    // Macros that Swift does not see: https://www.sqlite.org/rescode.html
    /// SQLITE_IOERR_BLOCKED: the extended code of a statement that would have had to wait.
    static let blocked: Int32 = SQLITE_IOERR | (11 << 8)
    /// SQLITE_IOERR_READ.
    private static let failed: Int32 = SQLITE_IOERR | (1 << 8)
    /// SQLITE_IOERR_SHORT_READ.
    private static let short: Int32 = SQLITE_IOERR | (2 << 8)
}

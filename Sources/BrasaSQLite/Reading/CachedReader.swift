import GRDB
import Synchronization

/// Reads on the caller's thread what is in memory already: nobody is woken, nothing is waited for.
///
/// Callable from any thread. One connection serves one caller at a time; another one is told to go elsewhere.
final class CachedReader: Sendable {
    /// Holds the inner pages of the trees of tables with tens of millions of items.
    private static let cacheKilobytes = 32_000

    private let files: CachedFiles
    private let path: String
    /// Held while the connection is used.
    private let use = Mutex(())
    private nonisolated(unsafe) var connection: SQLConnection?
    /// The schema that the connection has read.
    private nonisolated(unsafe) var readSchemaVersion = 0
    /// Counts changes of the schema: reading one anew takes long where there are many tables.
    private let schemaVersion = Atomic<Int>(1)

    /// - Parameter path: a file in WAL mode that others keep open until `close` was called, and as long as this lives.
    init(path: String) throws(StorageError) {
        self.path = path
        self.files = try CachedFiles(name: "cached:" + path)
    }

    deinit {
        // Before its way to the file system.
        self.connection = nil
    }

    /// Runs `body` in one view of the last committed state; nil when it would have to wait, and has to be run elsewhere.
    ///
    /// - Throws: what `body` throws.
    func read<T: Sendable>(_ body: (SQLConnection) throws -> T) throws -> T? {
        guard self.files.isSupported else { return nil }
        // nil without the lock; nil within it when somebody else has to do it.
        let result: Result<T, any Error>?? = self.use.withLockIfAvailable { _ in
            guard let connection = self.connection,
                self.readSchemaVersion == self.schemaVersion.load(ordering: .acquiring)
            else { return nil }
            return self.read(body, on: connection)
        }
        return try result??.get()
    }

    private func read<T: Sendable>(
        _ body: (SQLConnection) throws -> T, on connection: SQLConnection
    ) -> Result<T, any Error>? {
        let refusedReads = self.files.refusedReads
        let result: Result<T, any Error>
        do {
            try connection.run(.beginReading)
            result = Result { try body(connection) }
        } catch {
            result = .failure(error)
        }
        // Whatever the body has made of it: the view ended where something was not in memory.
        let isWhole = connection.isInTransaction && self.files.refusedReads == refusedReads
        if connection.isInTransaction { try? connection.run(.commit) }
        if case .failure(let error) = result, Self.isBusy(error) { return nil }
        return isWhole ? result : nil
    }

    /// Says that tables were made or removed.
    func noteSchemaChange() {
        self.schemaVersion.add(1, ordering: .releasing)
    }

    /// Opens the file, or reads its schema anew, where that is due; for a thread that may wait.
    func prepare() {
        let version = self.schemaVersion.load(ordering: .acquiring)
        self.use.withLock { _ in
            guard self.readSchemaVersion != version else { return }
            do {
                let connection =
                    try self.connection
                    ?? SQLConnection(reading: self.path, vfs: self.files.name, cacheKilobytes: Self.cacheKilobytes)
                self.connection = connection
                try connection.statement("SELECT count(*) FROM sqlite_master WHERE name = ''") { _ = try $0.step() }
                self.readSchemaVersion = version
            } catch {
                // Not in memory: others read it in, the next one tries again.
            }
        }
    }

    /// Closes the connection.
    func close() {
        self.use.withLock { _ in
            self.connection = nil
            self.readSchemaVersion = 0
        }
    }

    /// Whether a lock of the log's index was taken: others wait for that.
    private static func isBusy(_ error: any Error) -> Bool {
        (error as? DatabaseError)?.resultCode == .SQLITE_BUSY
    }
}

import Foundation
package import GRDB
import Synchronization

/// One SQLite file, written by one thread that commits the writes of many callers together.
///
/// Callable from any thread.
///
/// A write is acknowledged after the sync of its commit. Whatever arrives during a sync goes into the next group, so the
/// time to an acknowledgement is at most about two syncs, and the rate is the size of the groups times the disk's rate of
/// syncs.
///
/// Readers see the last committed state and neither wait for the writer nor hold it up.
package final class SQLiteWriter: Sendable {
    /// How large a group may grow before it is committed though more writes wait.
    package struct GroupLimits: Sendable, Hashable {
        /// Writes of a group, at least 1.
        package var writes: Int
        /// Time from the start of a group after which no write is added, so that a stream of slow writes does not hold
        /// back the acknowledgements of those before.
        package var duration: Duration

        package init(writes: Int = 512, duration: Duration = .milliseconds(10)) {
            precondition(writes > 0, "a group has at least one write")
            self.writes = writes
            self.duration = duration
        }
    }

    /// Pages (of 4 KiB) of the log after which they are copied to the database file, beside the writes that go on.
    static let checkpointPages = 1_000
    /// Pages of the log after which the writer itself copies what is left of it, so that the log does not grow for ever.
    static let longLogPages = 16_000

    /// Time without a write after which the log is copied however short it is: readers do not look for pages in it then.
    static let restSeconds = 1.0

    private let engine: SQLiteWriterEngine

    /// Where the file is.
    package var path: String { self.engine.path }

    /// Opens or creates a file of a locked state directory and starts its thread, which ends with the last reference to
    /// the writer or with `close()`.
    ///
    /// Blocks while it opens; the lock is held until the file is closed.
    ///
    /// - Parameter file: name of the file inside the directory, such as `async.sqlite`.
    /// - Throws: see `StorageError.Code`; a file that is refused stays unchanged.
    package init(
        file: String, in lock: StateDirectoryLock, schema: SQLiteSchema, limits: GroupLimits = GroupLimits()
    ) throws(StorageError) {
        let path = lock.directory + "/" + file
        let pool = try SQLiteFile.open(path, schema: schema)
        let engine = SQLiteWriterEngine(path: path, pool: pool, lock: lock, limits: limits)
        self.engine = engine
        let thread = Thread { engine.run() }
        thread.name = "sqlite"
        thread.start()
    }

    deinit {
        self.engine.inbox.close()
    }

    /// Does a write and returns its result once it would survive `kill -9` of the host and of the machine.
    ///
    /// `body` runs on the writer thread between the writes of other callers, so it has to be short and must not wait for
    /// anything; what it throws undoes this write only. It must not begin or end transactions. Cancelling the task does
    /// not take the write back.
    ///
    /// - Throws: what `body` throws, or `StorageError` (`lost`, `closed`).
    package func write<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            self.submit(body) { continuation.resume(with: $0) }
        }
    }

    /// The same for callers that cannot wait, such as those on an event loop.
    ///
    /// `completion` is called exactly once, in the order of the writes, on the writer thread, which it must not block; or
    /// on the caller's, before this returns, when the writer is closed.
    package func submit<T: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> T,
        completion: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        self.submit(bare: { try body($0.database) }, completion: completion)
    }

    /// The same with the connection's kept statements, for writes that come often.
    func submit<T: Sendable>(
        bare body: @escaping @Sendable (WriterConnection) throws -> T,
        completion: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        let job = WriteJob(
            perform: { connection in
                let value = try body(connection)
                return { error in completion(error.map { .failure($0) } ?? .success(value)) }
            },
            refuse: { completion(.failure($0)) })
        guard self.engine.inbox.append(job) else {
            job.refuse(StorageError(.closed, "The file \(self.path) is closed: the host is stopping."))
            return
        }
    }

    /// Reads the last committed state, on a connection and thread of its own.
    package func read<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            self.read(body) { continuation.resume(with: $0) }
        }
    }

    /// The same for callers that cannot wait.
    ///
    /// `completion` is called exactly once, on a thread it must not block.
    package func read<T: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> T,
        completion: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        self.engine.pool.asyncRead { db in
            completion(Result { try body(db.get()) })
        }
    }

    /// The same, blocking the caller: for what has to be known while a file is opened.
    func readBlocking<T>(_ body: (Database) throws -> T) throws -> T {
        try self.engine.pool.read(body)
    }

    /// Does the writes that were left so far, closes the file and returns.
    ///
    /// Later writes are refused. Idempotent.
    package func close() async {
        self.engine.inbox.close()
        await withCheckedContinuation { continuation in
            self.engine.notifyAtEnd { continuation.resume() }
        }
    }

    /// Has something done on the writer thread when all writes are done, before the file is closed.
    ///
    /// Once; after `close` it is too late.
    func beforeClosing(_ body: @escaping @Sendable () -> Void) {
        self.engine.beforeClosing.withLock { $0 = body }
    }

    /// What the writer has done so far.
    package var statistics: SQLiteWriterStatistics { self.engine.statistics.withLock { $0 } }
}

/// Counts of one writer since it was opened.
package struct SQLiteWriterStatistics: Sendable, Hashable {
    /// Writes that were committed.
    package var writes = 0
    /// Writes that were undone, by themselves or with their group.
    package var failedWrites = 0
    /// Commits, also of writes that changed nothing.
    package var commits = 0
    /// Commits that changed something: each is one call of `fdatasync`; those of checkpoints come on top.
    package var syncs = 0
    /// Writes of the largest group.
    package var largestGroup = 0
    /// Copies of the log into the database file.
    package var checkpoints = 0
}

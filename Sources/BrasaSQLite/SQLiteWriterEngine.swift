import Dispatch
import GRDB
import GRDBSQLite
import Synchronization

/// What the writer thread works on: takes writes from the inbox, commits them in groups, acknowledges, checkpoints.
///
/// Apart from `SQLiteWriter` so that the thread keeps this alive and not the writer, whose end is the thread's signal.
final class SQLiteWriterEngine: Sendable {
    let path: String
    let pool: DatabasePool
    let inbox = WriteInbox()
    let statistics = Mutex(SQLiteWriterStatistics())
    /// What has to be done before the file is closed.
    let beforeClosing = Mutex<(@Sendable () -> Void)?>(nil)

    private let limits: SQLiteWriter.GroupLimits
    /// Kept until the file is closed.
    private let lock: Mutex<StateDirectoryLock?>
    /// Who waits for the end; nil once it has come.
    private let waiters = Mutex<[@Sendable () -> Void]?>([])

    init(path: String, pool: DatabasePool, lock: StateDirectoryLock, limits: SQLiteWriter.GroupLimits) {
        self.path = path
        self.pool = pool
        self.lock = Mutex(lock)
        self.limits = limits
    }

    /// The writer thread.
    func run() {
        let checkpointer = Checkpointer(path: self.path) {
            self.statistics.withLock { $0.checkpoints += 1 }
        }
        // Pages that went to the log since the checkpointer was asked, and since the log may have begun anew.
        var newPages = 0
        var logPages = 0
        // Of the pool's writing connection, which is one and the same until it is closed.
        var bare: SQLConnection?
        var room: LogRoom?
        var pace = GroupPace()
        // Newest first, so that a finished write gives its memory back at once.
        var jobs: [WriteJob] = []
        while true {
            if jobs.isEmpty, newPages > 0 {
                jobs = self.inbox.waitForJobs(until: .now() + SQLiteWriter.restSeconds).reversed()
                if jobs.isEmpty {
                    checkpointer.request()
                    newPages = 0
                }
            }
            if jobs.isEmpty { jobs = self.inbox.waitForJobs().reversed() }
            if jobs.isEmpty { break }
            let pages = self.commitGroup(of: &jobs, &bare, &pace)
            if pages > 0 { self.extendLog(bare, &room) }
            newPages += pages
            logPages += pages
            if newPages >= SQLiteWriter.checkpointPages {
                checkpointer.request()
                newPages = 0
            }
            // The log begins anew only when all of it has been copied, which a writer that never pauses does not let the
            // checkpointer see: now and then it copies the little that is left itself.
            if logPages >= SQLiteWriter.longLogPages, self.checkpoint() { logPages = 0 }
        }
        checkpointer.close()
        self.beforeClosing.withLock { body in
            defer { body = nil }
            return body
        }?()
        // A connection whose statements are in use would stay open.
        room = nil
        bare = nil
        // Copies the log into the file. What cannot be done now is done by the next open.
        try? self.pool.close()
        self.lock.withLock { $0 = nil }
        let waiters = self.waiters.withLock { waiters in
            defer { waiters = nil }
            return waiters ?? []
        }
        for waiter in waiters { waiter() }
    }

    /// Calls back when the file is closed, on the writer thread; at once when it is already.
    func notifyAtEnd(_ body: @escaping @Sendable () -> Void) {
        let hasEnded = self.waiters.withLock { waiters in
            waiters?.append(body)
            return waiters == nil
        }
        if hasEnded { body() }
    }

    /// Does writes until there are none or the group is full, commits them with one sync, and then acknowledges.
    ///
    /// - Returns: pages that went to the log.
    private func commitGroup(
        of jobs: inout [WriteJob], _ bare: inout SQLConnection?, _ pace: inout GroupPace
    ) -> Int {
        var group = WriteGroup(capacity: self.limits.writes)
        var pages = 0
        do {
            try self.pool.writeWithoutTransaction { db in
                let connection = WriterConnection(database: db, bare: bare ?? SQLConnection(of: db))
                bare = connection.bare
                do {
                    try self.fill(&group, from: &jobs, connection, pace)
                    let start = ContinuousClock.now
                    try connection.bare.run(.commit)
                    pace.note(
                        group: group.doneCount, arrived: jobs.count + self.inbox.count,
                        sync: ContinuousClock.now - start)
                    pages = Self.takeWrittenPages(db)
                } catch {
                    try? db.rollback()
                    throw error
                }
            }
        } catch {
            group.fail(
                StorageError(
                    .lost, "Nothing was stored in \(self.path): the writes were undone together.", cause: error))
            // Not even one could be tried: they all would meet the same.
            if group.isEmpty { while let job = jobs.popLast() { group.add(failed: job, error) } }
        }
        // Counted before anybody is told, so that whoever was told finds it counted.
        self.statistics.withLock { statistics in
            statistics.writes += group.doneCount
            statistics.failedWrites += group.failedCount
            if group.doneCount > 0 { statistics.commits += 1 }
            if pages > 0 { statistics.syncs += 1 }
            statistics.largestGroup = max(statistics.largestGroup, group.doneCount)
        }
        group.acknowledge()
        return pages
    }

    private func fill(
        _ group: inout WriteGroup, from jobs: inout [WriteJob], _ connection: WriterConnection,
        _ pace: GroupPace
    ) throws {
        try connection.bare.run(.begin)
        let start = ContinuousClock.now
        var firstWait: ContinuousClock.Instant?
        while !group.isFull, group.isEmpty || ContinuousClock.now - start < self.limits.duration {
            if jobs.isEmpty { jobs = self.inbox.takeAll().reversed() }
            if jobs.isEmpty {
                let now = ContinuousClock.now
                let begin = firstWait ?? now
                firstWait = begin
                guard let patience = pace.patience(group.count, waited: now - begin) else { return }
                let deadline = DispatchTime.now() + .nanoseconds(Int(patience / .nanoseconds(1)))
                jobs = self.inbox.waitForJobs(until: deadline).reversed()
            }
            guard !jobs.isEmpty else { return }
            try connection.bare.run(.savepoint)
            let job = jobs.removeLast()
            do {
                group.add(done: try job.perform(connection))
            } catch {
                group.add(failed: job, error)
                // Some errors, such as a full disk, end the whole transaction, and with it what the others have written.
                guard connection.bare.isInTransaction else { throw error }
                try connection.bare.run(.rollbackToSavepoint)
            }
            try connection.bare.run(.release)
        }
    }

    /// Makes room for commits to come; everybody waiting so far has been told before.
    private func extendLog(_ bare: SQLConnection?, _ room: inout LogRoom?) {
        guard let bare, room?.isShort() ?? true else { return }
        try? self.pool.writeWithoutTransaction { db in
            let made =
                try room
                ?? LogRoom(
                    of: bare, pageBytes: Int.fetchOne(db, sql: "PRAGMA page_size") ?? 4_096,
                    longestBytes: SQLiteFile.longestLogBytes)
            room = made
            made.extend()
        }
    }

    /// Copies the rest of the log into the database file as far as readers allow.
    ///
    /// Everybody waiting so far has been told before. False when the checkpointer is at it, or it cannot be done now.
    private func checkpoint() -> Bool {
        do {
            try self.pool.writeWithoutTransaction { db in _ = try db.checkpoint(.passive) }
            self.statistics.withLock { $0.checkpoints += 1 }
            return true
        } catch {
            // The next group tries again; nothing that was acknowledged depends on it.
            return false
        }
    }

    /// Pages written since the last call.
    private static func takeWrittenPages(_ db: Database) -> Int {
        var current: CInt = 0
        var highest: CInt = 0
        sqlite3_db_status(db.sqliteConnection, SQLITE_DBSTATUS_CACHE_WRITE, &current, &highest, 1)
        return Int(current)
    }
}

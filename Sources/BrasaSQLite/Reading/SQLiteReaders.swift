/// Reads of one file, on threads of their own and, where nothing has to be waited for, on the caller's.
///
/// Callable from any thread. All see the last committed state; none waits for the writer or holds it up.
final class SQLiteReaders: Sendable {
    private let engine: SQLiteReaderEngine
    private let cached: CachedReader

    /// Starts the threads, which open the file when they are first needed and end with `close`, or with the last reference to this.
    ///
    /// - Parameter path: a file in WAL mode that a writer keeps open until `close` has returned.
    /// - Throws: `StorageError`.
    init(path: String) throws(StorageError) {
        let cached = try CachedReader(path: path)
        cached.prepare()
        self.cached = cached
        self.engine = SQLiteReaderEngine(path: path, cached: cached)
        self.engine.start()
    }

    deinit {
        self.engine.inbox.close()
    }

    /// Reads on a thread of the readers; `completion` is called there.
    func read<T: Sendable>(
        _ body: @escaping @Sendable (SQLConnection) throws -> T,
        completion: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        let job = ReadJob(
            perform: { connection in completion(Result { try body(connection) }) },
            refuse: { completion(.failure($0)) })
        if !self.engine.inbox.append(job) {
            job.refuse(StorageError(.closed, "The file \(self.engine.path) is closed: the host is stopping."))
        }
    }

    /// Reads on the caller's thread, and calls `completion` there, when what is read is in memory; otherwise as `read`.
    ///
    /// `body` may be run twice.
    func readCached<T: Sendable>(
        _ body: @escaping @Sendable (SQLConnection) throws -> T,
        completion: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        do {
            if let value = try self.cached.read(body) {
                completion(.success(value))
            } else {
                self.read(body, completion: completion)
            }
        } catch {
            completion(.failure(error))
        }
    }

    /// Says that tables were made or removed, before anybody is told so.
    func noteSchemaChange() {
        self.cached.noteSchemaChange()
    }

    /// Does the reads that were left so far and closes all connections; blocks until then.
    ///
    /// Later reads are refused.
    func close() {
        self.engine.inbox.close()
        self.engine.waitForEnd()
        self.cached.close()
    }
}

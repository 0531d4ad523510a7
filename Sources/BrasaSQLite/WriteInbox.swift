import Dispatch
import GRDB
import Synchronization

/// One write on its way to the writer thread.
struct WriteJob: Sendable {
    /// Tells the caller: nil once the write is synced, or why its group could not be committed.
    typealias Acknowledge = @Sendable ((any Error)?) -> Void

    /// Does the write; what it throws undoes this write only.
    let perform: @Sendable (WriterConnection) throws -> Acknowledge
    /// Tells the caller that the write was not done.
    let refuse: @Sendable (any Error) -> Void
}

/// The writer's connection in its two forms: GRDB's, and the bare one with kept statements.
struct WriterConnection {
    let database: Database
    let bare: SQLConnection
}

/// Where callers of any thread leave writes, and the writer thread takes them all at once.
final class WriteInbox: Sendable {
    private struct State {
        var jobs: [WriteJob] = []
        var isClosed = false
        /// Whether the writer thread sleeps, or is about to.
        var isAwaited = false
    }

    private let state = Mutex(State())
    private let arrival = DispatchSemaphore(value: 0)

    /// Leaves a write; false when the inbox is closed.
    func append(_ job: WriteJob) -> Bool {
        let (isTaken, isAwaited) = self.state.withLock { state in
            guard !state.isClosed else { return (false, false) }
            state.jobs.append(job)
            defer { state.isAwaited = false }
            return (true, state.isAwaited)
        }
        if isAwaited { self.arrival.signal() }
        return isTaken
    }

    /// Takes no more writes.
    ///
    /// Those left before are still handed out.
    func close() {
        let isAwaited = self.state.withLock { state in
            state.isClosed = true
            defer { state.isAwaited = false }
            return state.isAwaited
        }
        if isAwaited { self.arrival.signal() }
    }

    /// Everything that is there at this moment, oldest first, without waiting.
    func takeAll() -> [WriteJob] {
        self.state.withLock { state in
            state.isAwaited = false
            defer { state.jobs = [] }
            return state.jobs
        }
    }

    /// Waits until there is something; empty once the inbox is closed and empty.
    ///
    /// For the writer thread only.
    func waitForJobs() -> [WriteJob] {
        while true {
            let jobs: [WriteJob]? = self.state.withLock { state in
                if state.jobs.isEmpty, !state.isClosed {
                    state.isAwaited = true
                    return nil
                }
                defer { state.jobs = [] }
                return state.jobs
            }
            if let jobs { return jobs }
            self.arrival.wait()
        }
    }

    /// Waits for something at most until `deadline`; empty when nothing has come.
    ///
    /// For the writer thread only.
    func waitForJobs(until deadline: DispatchTime) -> [WriteJob] {
        while true {
            let (jobs, isClosed) = self.state.withLock { state in
                state.isAwaited = state.jobs.isEmpty && !state.isClosed
                defer { state.jobs = [] }
                return (state.jobs, state.isClosed)
            }
            guard jobs.isEmpty, !isClosed else { return jobs }
            if self.arrival.wait(timeout: deadline) == .timedOut { return self.takeAll() }
        }
    }

    /// How many there are at this moment.
    var count: Int { self.state.withLock { $0.jobs.count } }
}

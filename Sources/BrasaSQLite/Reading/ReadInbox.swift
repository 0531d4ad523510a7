import DequeModule
import Dispatch
import Synchronization

/// One read on its way to a reader thread.
struct ReadJob: Sendable {
    /// Does the read and tells the caller.
    let perform: @Sendable (SQLConnection) -> Void
    /// Tells the caller that the read cannot be done.
    let refuse: @Sendable (any Error) -> Void
}

/// Where callers of any thread leave reads, and several threads take them.
final class ReadInbox: Sendable {
    private struct State {
        var jobs: Deque<ReadJob> = []
        var isClosed = false
        /// Threads that sleep, or are about to, and that nobody has woken.
        var sleeping = 0
    }

    /// Reads that are taken together at most.
    private static let batch = 32

    private let threads: Int
    private let state = Mutex(State())
    private let arrival = DispatchSemaphore(value: 0)

    /// - Parameter threads: how many take from it.
    init(threads: Int) {
        self.threads = threads
    }

    /// Leaves a read; false when the inbox is closed.
    func append(_ job: ReadJob) -> Bool {
        let (isTaken, wakes) = self.state.withLock { state in
            guard !state.isClosed else { return (false, false) }
            state.jobs.append(job)
            guard state.sleeping > 0 else { return (true, false) }
            state.sleeping -= 1
            return (true, true)
        }
        if wakes { self.arrival.signal() }
        return isTaken
    }

    /// Takes no more reads.
    ///
    /// Those left before are still handed out.
    func close() {
        let sleeping = self.state.withLock { state in
            state.isClosed = true
            defer { state.sleeping = 0 }
            return state.sleeping
        }
        for _ in 0..<sleeping { self.arrival.signal() }
    }

    /// Waits until there is something and takes a thread's share of it, oldest first; empty once the inbox is closed and empty.
    func waitForJobs() -> [ReadJob] {
        while true {
            let jobs: [ReadJob]? = self.state.withLock { state in
                if state.jobs.isEmpty, !state.isClosed {
                    state.sleeping += 1
                    return nil
                }
                let share = (state.jobs.count + self.threads - 1) / self.threads
                let count = min(share, Self.batch)
                defer { state.jobs.removeFirst(count) }
                return Array(state.jobs.prefix(count))
            }
            if let jobs { return jobs }
            self.arrival.wait()
        }
    }
}

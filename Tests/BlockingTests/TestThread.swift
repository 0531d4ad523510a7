import BrasaTesting
import Foundation

/// One thread that runs the jobs of the tasks that prefer it, in the order they come.
final class TestThread: TaskExecutor {
    // Locked by `condition`.
    private nonisolated(unsafe) var jobs: [UnownedJob] = []
    private let condition = NSCondition()

    init() {
        BlockingThread.start { self.run() }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        self.condition.withLock {
            self.jobs.append(job)
            self.condition.signal()
        }
    }

    /// Never ends: as many threads as the machine has processors, which the tests use to their end.
    private func run() -> Never {
        while true {
            let jobs = self.condition.withLock {
                while self.jobs.isEmpty { self.condition.wait() }
                defer { self.jobs = [] }
                return self.jobs
            }
            for job in jobs { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }
}

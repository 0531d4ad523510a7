import Foundation
import Synchronization

/// The threads that tests which block take turns on.
final class TestThreads: Sendable {
    private struct State {
        var idle: [TestThread]
        var waiting: [CheckedContinuation<TestThread, Never>] = []
    }

    /// Those of this process: traits of all suites have to share them.
    static let shared = TestThreads(count: max(2, ProcessInfo.processInfo.activeProcessorCount))

    private let state: Mutex<State>

    init(count: Int) {
        self.state = Mutex(State(idle: (0..<count).map { _ in TestThread() }))
    }

    /// Waits for a thread, in turn.
    func take() async -> TestThread {
        await withCheckedContinuation { continuation in
            let thread = self.state.withLock { state in
                let thread = state.idle.popLast()
                if thread == nil { state.waiting.append(continuation) }
                return thread
            }
            if let thread { continuation.resume(returning: thread) }
        }
    }

    /// Hands a thread on.
    func giveBack(_ thread: TestThread) {
        let next = self.state.withLock { state in
            if state.waiting.isEmpty {
                state.idle.append(thread)
                return CheckedContinuation<TestThread, Never>?.none
            }
            return state.waiting.removeFirst()
        }
        next?.resume(returning: thread)
    }
}

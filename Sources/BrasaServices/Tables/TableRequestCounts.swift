import Synchronization

/// Counts of requests to the tables and their streams since the host's start.
///
/// Callable from any thread.
package final class TableRequestCounts: Sendable {
    private let all = Atomic<Int>(0)
    private let refusals = Atomic<Int>(0)
    private let failures = Atomic<Int>(0)

    /// Requests, whatever became of them.
    package var requests: Int { self.all.load(ordering: .relaxed) }
    /// Those that were refused: they, or what is stored, were not as they have to be.
    package var refused: Int { self.refusals.load(ordering: .relaxed) }
    /// Those that failed by the host's own fault.
    package var failed: Int { self.failures.load(ordering: .relaxed) }

    func noteRequest() { self.all.add(1, ordering: .relaxed) }
    func noteRefusal() { self.refusals.add(1, ordering: .relaxed) }
    func noteFailure() { self.failures.add(1, ordering: .relaxed) }
}

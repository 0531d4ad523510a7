import BrasaTesting
import Synchronization
import Testing

/// What one kind of client writes, and what has to be there for what it was told.
protocol LedgerWork: Sendable {
    /// The next write.
    mutating func next() -> TableWrite
    /// The last one is durable: the host has said so.
    mutating func acknowledge()
    /// Compares with what is there after a restart, and goes on from that.
    ///
    /// - Parameter isInDoubt: whether the host was killed before it answered the last write.
    mutating func check(_ table: LedgerTable, isInDoubt: Bool) throws
}

/// A client that writes without pause, one write after the other, until the host is gone.
final class LedgerClient: Sendable {
    private struct State {
        var work: any LedgerWork
        var isInDoubt = false
        var isRunning = false
        var refusal: String?
    }

    private let state: Mutex<State>
    /// Called at once for each write that was acknowledged.
    private let onAcknowledgement: @Sendable () -> Void

    init(_ work: any LedgerWork, onAcknowledgement: @escaping @Sendable () -> Void) {
        self.state = Mutex(State(work: work))
        self.onAcknowledgement = onAcknowledgement
    }

    var isRunning: Bool { self.state.withLock { $0.isRunning } }

    /// Begins with a round.
    func start(_ host: HTTPProbe) {
        self.state.withLock { $0.isRunning = true }
        BlockingThread.start {
            self.run(host)
            self.state.withLock { $0.isRunning = false }
        }
    }

    private func run(_ host: HTTPProbe) {
        guard let connection = try? host.connect() else { return }
        while true {
            let write = self.state.withLock { state in
                state.isInDoubt = true
                return state.work.next()
            }
            guard
                (try? connection.send(
                    "POST", "/", headers: [("x-amz-target", "DynamoDB_20120810.\(write.operation)")],
                    body: Array(write.body.utf8))) != nil,
                let reply = try? connection.receive(), reply.isComplete
            else { return }
            let isDone = self.state.withLock { state in
                state.isInDoubt = false
                guard reply.status == 200 else {
                    state.refusal = "\(write): \(reply.status) \(reply.text)"
                    return false
                }
                state.work.acknowledge()
                return true
            }
            guard isDone else { return }
            self.onAcknowledgement()
        }
    }

    /// Compares with what is there, after the host has come back.
    func check(_ table: LedgerTable) throws {
        try self.state.withLock { state in
            #expect(state.refusal == nil)
            try state.work.check(table, isInDoubt: state.isInDoubt)
            state.isInDoubt = false
        }
    }

    /// What the work knows.
    func work<Work: LedgerWork>(as type: Work.Type) -> Work? { self.state.withLock { $0.work as? Work } }
}

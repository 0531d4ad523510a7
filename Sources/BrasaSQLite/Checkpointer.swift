import Foundation
import GRDB
import Synchronization

/// Copies the log into the database file on a thread and a connection of its own, while the writer goes on committing.
///
/// It copies what is in the log when it begins and never waits for anybody (`PASSIVE`), so it holds neither writer nor
/// readers up: https://www.sqlite.org/c3ref/wal_checkpoint_v2.html
final class Checkpointer: Sendable {
    private enum Order { case none, checkpoint, end }

    private let order = Mutex(Order.none)
    private let signal = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let counter: @Sendable () -> Void

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - path: a file in WAL mode.
    ///   - onCheckpoint: called on the thread after each checkpoint.
    init(path: String, onCheckpoint: @escaping @Sendable () -> Void) {
        self.counter = onCheckpoint
        let thread = Thread { self.run(path) }
        thread.name = "checkpoint"
        thread.start()
    }

    /// Asks for a checkpoint; one that is under way or asked for already will do.
    func request() {
        let isNew = self.order.withLock { order in
            guard order == .none else { return false }
            order = .checkpoint
            return true
        }
        if isNew { self.signal.signal() }
    }

    /// Waits for a checkpoint that is under way and ends the thread.
    func close() {
        self.order.withLock { $0 = .end }
        self.signal.signal()
        self.ended.wait()
    }

    private func run(_ path: String) {
        // Opened at the first order: most files of a small host never need it.
        var queue: DatabaseQueue?
        while true {
            self.signal.wait()
            guard self.order.withLock({ $0 }) == .checkpoint else { break }
            do {
                let opened = try queue ?? DatabaseQueue(path: path)
                queue = opened
                _ = try opened.writeWithoutTransaction { try $0.checkpoint(.passive) }
                self.counter()
            } catch {
                // The log goes on growing until the next order, or until the writer copies it; nothing depends on it before.
            }
            self.order.withLock { if $0 == .checkpoint { $0 = .none } }
        }
        try? queue?.close()
        self.ended.signal()
    }
}

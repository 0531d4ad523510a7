import CBrasaInstance
import CBrasaTransport
import Glibc
import Synchronization

/// An instance's thread in the host.
///
/// Any thread may call its methods.
final class InstanceThread: Sendable {
    private let end = Mutex(false)
    // Atomic stores and a lock inside; freed with this object, which the thread holds until it is over.
    nonisolated(unsafe) private let instance: OpaquePointer
    private let library: InprocessLibrary

    /// Prepares it; `start` begins.
    ///
    /// nil: there is no memory.
    ///
    /// - Parameters:
    ///   - head: the channel, which has to stay mapped until the thread has ended.
    ///   - settings: JSON for `init`.
    init?(
        _ library: InprocessLibrary, head: OpaquePointer, doorbell: Int32, function: String, version: String,
        settings: String
    ) {
        guard let made = brasa_inprocess_make(library.handle, head, doorbell, function, version, settings) else {
            return nil
        }
        self.instance = made
        self.library = library
    }

    deinit {
        brasa_inprocess_free(self.instance)
    }

    /// Runs the instance from `init` to `shutdown`, and calls `ended` on its thread after that.
    func start(ended: @escaping @Sendable () -> Void) {
        Thread.start(name: self.library.threadName) {
            brasa_inprocess_run(self.instance)
            self.end.withLock { $0 = true }
            ended()
        }
    }

    /// From now on nobody reads its channel: it ends as soon as its function returns.
    func abandon() { brasa_inprocess_abandon(self.instance) }

    /// Whether it touches its channel no more.
    var hasEnded: Bool { self.end.withLock { $0 } }

    /// Waits for its end, at most until `limit`.
    ///
    /// For the end of the host alone: it looks every few milliseconds.
    func wait(until limit: ContinuousClock.Instant) {
        while !self.hasEnded, ContinuousClock.now < limit { usleep(2_000) }
    }
}

import CBrasaTransport
import Glibc

/// Level-triggered epoll over readability.
///
/// For one thread.
final class Poller {
    private let descriptor: Int32
    private var tags = [UInt64](repeating: 0, count: 64)

    init() {
        self.descriptor = brasa_poll_create()
        precondition(self.descriptor >= 0, "epoll_create1: \(String(cString: strerror(-self.descriptor)))")
    }

    deinit { close(self.descriptor) }

    /// Watches a descriptor; `wait` returns its tag.
    func add(_ watched: Int32, tag: UInt64) {
        let status = brasa_poll_add(self.descriptor, watched, tag)
        precondition(status == 0, "epoll_ctl: \(String(cString: strerror(-status)))")
    }

    /// Stops watching; call before closing.
    func remove(_ watched: Int32) {
        brasa_poll_remove(self.descriptor, watched)
    }

    /// Sleeps until something is readable or at its end.
    func wait() -> ArraySlice<UInt64> {
        let count = brasa_poll_wait(self.descriptor, &self.tags, Int32(self.tags.count))
        precondition(count >= 0, "epoll_wait: \(String(cString: strerror(-count)))")
        return self.tags[0..<Int(count)]
    }
}

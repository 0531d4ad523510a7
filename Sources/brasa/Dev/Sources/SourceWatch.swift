import CBrasaTransport
import Foundation
import Synchronization

/// Says when something may have changed in folders: by inotify, and every few seconds where the kernel does not tell.
final class SourceWatch: Sendable {
    /// One element for each time; those that nobody has taken yet are one.
    let changes: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let descriptor: Int32
    private let last = Mutex<ContinuousClock.Instant>(.now)

    init() {
        (self.changes, self.continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.descriptor = brasa_watch_create()
    }

    deinit { if self.descriptor >= 0 { close(self.descriptor) } }

    /// Watches these folders too.
    ///
    /// - Returns: false when the kernel refuses some of them, whose changes are then seen late.
    func add(_ folders: Set<String>) -> Bool {
        guard self.descriptor >= 0 else { return folders.isEmpty }
        // One that is not there is seen to come by the folder around it.
        return folders.allSatisfy { [0, -ENOENT, -ENOTDIR].contains(brasa_watch_add(self.descriptor, $0)) }
    }

    /// Has everything looked at now.
    func lookNow() { self.continuation.yield() }

    /// How long nothing has happened.
    var quietTime: Duration { ContinuousClock.now - self.last.withLock { $0 } }

    /// Watches until the task is cancelled.
    func run(sweep: Duration = .seconds(3)) async {
        let source = self.descriptor >= 0 ? self.source() : nil
        while !Task.isCancelled {
            try? await Task.sleep(for: sweep)
            self.continuation.yield()
        }
        source?.cancel()
        self.continuation.finish()
    }

    private func source() -> any DispatchSourceRead {
        let source = DispatchSource.makeReadSource(fileDescriptor: self.descriptor, queue: .global())
        source.setEventHandler { [self] in
            // What happened is found out by looking; this only makes room for what comes next.
            var buffer = [UInt8](repeating: 0, count: 16_384)
            while read(self.descriptor, &buffer, buffer.count) > 0 {}
            self.last.withLock { $0 = .now }
            self.continuation.yield()
        }
        source.resume()
        return source
    }
}

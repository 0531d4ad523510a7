import CBrasaTransport
import Glibc
import Synchronization

/// Starts zygotes and listens to them, on a thread of its own: exec and wait may take a millisecond, which no event loop has.
///
/// The thread sleeps in epoll and costs nothing while nothing happens. Methods may be called from any thread.
package final class Supervisor: Sendable {
    /// Identifies a zygote within its host.
    package typealias ZygoteID = UInt64

    private enum Command: Sendable {
        case launch(ZygoteID, title: String, environment: [String: String], control: Int32, peer: Int32)
        case kill(ZygoteID)
        case close(ZygoteID)
        case stop
    }

    private struct Inbox {
        var commands: [Command] = []
        var isStopped = false
    }

    private let inbox = Mutex(Inbox())
    private let wake: Int32
    private let workerPath: String
    private let doorbell: Int32
    private let onEvent: @Sendable (ZygoteID, ZygoteEvent) -> Void
    private let finished = Finished()

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - workerPath: the `brasa-worker` program.
    ///   - doorbell: eventfd that instances ring; stays the caller's.
    ///   - onEvent: called on the supervisor's thread; must not block.
    package init(
        workerPath: String, doorbell: Int32, onEvent: @escaping @Sendable (ZygoteID, ZygoteEvent) -> Void
    ) {
        self.workerPath = workerPath
        self.doorbell = doorbell
        self.onEvent = onEvent
        self.wake = brasa_process_eventfd()
        precondition(self.wake >= 0, "eventfd: \(String(cString: strerror(-self.wake)))")
        let finished = self.finished
        Thread.start(name: "supervisor") { [self] in
            self.run()
            finished.signal()
        }
    }

    /// Starts a zygote.
    ///
    /// Returns the host's end of its control socket: send on it until `close`.
    ///
    /// - Throws: `SupervisorError` when the sockets cannot be made. That the program cannot be started comes as `.ended`.
    package func launch(
        _ id: ZygoteID, title: String, environment: [String: String]
    ) throws(SupervisorError) -> Int32 {
        var sockets: (Int32, Int32) = (-1, -1)
        let status = withUnsafeMutablePointer(to: &sockets) {
            $0.withMemoryRebound(to: Int32.self, capacity: 2) { brasa_process_socketpair($0) }
        }
        guard status == 0 else { throw SupervisorError(verb: "make a control socket", errno: -status) }
        self.send(.launch(id, title: title, environment: environment, control: sockets.0, peer: sockets.1))
        return sockets.0
    }

    /// Kills a zygote and with it its instances; `.ended` follows.
    package func kill(_ id: ZygoteID) { self.send(.kill(id)) }

    /// Closes the control socket, which ends a living zygote.
    ///
    /// No event comes after it. Call once, also after `.ended`.
    package func close(_ id: ZygoteID) { self.send(.close(id)) }

    /// Kills all zygotes, reaps them, and ends the thread.
    ///
    /// Returns when that is done.
    package func stop() {
        self.send(.stop)
        self.finished.wait()
    }

    private func send(_ command: Command) {
        let accepted = self.inbox.withLock { inbox in
            guard !inbox.isStopped else { return false }
            inbox.commands.append(command)
            if case .stop = command { inbox.isStopped = true }
            return true
        }
        guard accepted else {
            if case .launch(_, _, _, _, let peer) = command { Glibc.close(peer) }
            return
        }
        var one: UInt64 = 1
        _ = write(self.wake, &one, 8)
    }

    // MARK: - The thread

    private func run() {
        let poller = Poller()
        poller.add(self.wake, tag: 0)
        var watch = ZygoteWatch(poller: poller, onEvent: self.onEvent)
        while true {
            for tag in poller.wait() {
                if tag != 0 {
                    watch.readable(tag)
                    continue
                }
                var count: UInt64 = 0
                _ = read(self.wake, &count, 8)
                let commands = self.inbox.withLock { inbox in
                    defer { inbox.commands = [] }
                    return inbox.commands
                }
                for command in commands where !self.perform(command, &watch) {
                    Glibc.close(self.wake)
                    return
                }
            }
        }
    }

    private func perform(_ command: Command, _ watch: inout ZygoteWatch) -> Bool {
        switch command {
        case .launch(let id, let title, let environment, let control, let peer):
            watch.launch(
                id, program: self.workerPath, title: title, environment: environment, control: control, peer: peer,
                doorbell: self.doorbell)
        case .kill(let id): watch.kill(id)
        case .close(let id): watch.close(id)
        case .stop:
            watch.closeAll()
            return false
        }
        return true
    }
}

/// A zygote that could not be started.
package struct SupervisorError: Error, Sendable, Hashable, CustomStringConvertible {
    package let message: String

    init(verb: String, errno: Int32) {
        self.message = "Cannot \(verb): \(String(cString: strerror(errno)))."
    }

    package var description: String { self.message }
}

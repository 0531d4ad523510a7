import CBrasaTransport
import Glibc

/// A running `brasa-floor`, started as a zygote is: a control socket, a doorbell, no descriptor and no variable besides.
final class FloorProcess {
    /// What was in the way.
    struct StartError: Error, CustomStringConvertible {
        let description: String
    }

    private let pid: Int32
    /// The host's end of the socket.
    let control: Int32
    /// The eventfd it rings; reading it blocks.
    let doorbell: Int32

    /// Starts it.
    ///
    /// - Parameter role: `fork:<library>` or `echo:<bytes>`.
    init(program: String, role: String) throws {
        var sockets: (Int32, Int32) = (-1, -1)
        let status = withUnsafeMutablePointer(to: &sockets) {
            $0.withMemoryRebound(to: Int32.self, capacity: 2) { brasa_process_socketpair($0) }
        }
        guard status == 0 else { throw StartError(description: "No sockets: \(String(cString: strerror(-status))).") }
        self.control = sockets.0
        // The benchmark waits on this thread for answers.
        _ = fcntl(self.control, F_SETFL, 0)
        self.doorbell = brasa_process_eventfd()
        _ = fcntl(self.doorbell, F_SETFL, 0)
        var variables: [UnsafeMutablePointer<CChar>?] = [nil]
        self.pid = brasa_process_spawn(program, role, &variables, sockets.1, self.doorbell, 2)
        close(sockets.1)
        guard self.pid > 0 else {
            throw StartError(description: "Cannot start \(program): \(String(cString: strerror(-self.pid))).")
        }
    }

    deinit {
        kill(self.pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(self.pid, &status, 0) < 0 && errno == EINTR {}
        close(self.control)
        close(self.doorbell)
    }

    /// Sends one byte.
    func ask(_ request: UInt32) {
        var byte = UInt8(truncatingIfNeeded: request)
        _ = send(self.control, &byte, 1, Int32(MSG_NOSIGNAL))
    }

    /// Sleeps until it rings.
    func waitForBell() throws {
        var count: UInt64 = 0
        guard read(self.doorbell, &count, 8) == 8 else { throw StartError(description: "The floor's doorbell broke.") }
    }
}

import Glibc
import Synchronization

/// Calls a function without pause, over connections that are kept, and notes every reply that is not right.
///
/// Right is: status 200, and a body that holds the number sent along (the function has to be `echo`, or to reply its event).
package final class LoadProbe: Sendable {
    /// What has come of it so far.
    package struct Report: Sendable {
        package var requests = 0
        /// One sentence for each reply that was wrong or missing.
        package var failures: [String] = []
        /// The slowest reply.
        package var slowestNanoseconds: UInt64 = 0
    }

    private struct State {
        var report = Report()
        var isStopping = false
        var living = 0
    }

    private let state = Mutex(State())
    private let port: Int
    private let path: String
    private let pauseMicroseconds: UInt32

    /// Starts calling.
    ///
    /// - Parameters:
    ///   - connections: each has one request under way.
    ///   - pauseMicroseconds: time between a reply and the next request of a connection, which sets the load.
    package init(port: Int, path: String, connections: Int = 2, pauseMicroseconds: UInt32 = 4_000) {
        self.port = port
        self.path = path
        self.pauseMicroseconds = pauseMicroseconds
        self.state.withLock { $0.living = connections }
        for _ in 0..<connections { BlockingThread.start { self.run() } }
    }

    /// What has come of it so far.
    package var report: Report { self.state.withLock { $0.report } }

    /// Waits until another `count` requests have been answered.
    package func waitForRequests(_ count: Int) throws {
        let target = self.report.requests + count
        try waitUntil("\(count) more requests to \(self.path)") { self.report.requests >= target }
    }

    /// Ends after the replies that are under way.
    package func stop() throws -> Report {
        self.state.withLock { $0.isStopping = true }
        try waitUntil("the load on \(self.path) to end") { self.state.withLock { $0.living == 0 } }
        return self.report
    }

    private func run() {
        var connection: HTTPConnection?
        while !self.state.withLock({ $0.isStopping }) {
            let before = Deadline.now()
            let failure: String?
            do {
                let used = try connection ?? HTTPConnection(port: self.port)
                connection = used
                failure = try Self.exchange(over: used, path: self.path)
            } catch {
                failure = "\(error)"
            }
            if failure != nil { connection = nil }
            let time = Deadline.now() - before
            self.state.withLock { state in
                state.report.requests += 1
                state.report.slowestNanoseconds = max(state.report.slowestNanoseconds, time)
                if let failure { state.report.failures.append(failure) }
            }
            usleep(self.pauseMicroseconds)
        }
        self.state.withLock { $0.living -= 1 }
    }

    private static func exchange(over connection: HTTPConnection, path: String) throws -> String? {
        let token = "token-\(UInt32.random(in: 0 ... .max))"
        try connection.send("POST", path, body: Array(token.utf8))
        let reply = try connection.receive()
        if reply.status == 200, reply.isComplete, reply.text.contains(token) { return nil }
        return "\(reply.status) \(reply.text) to \(token)"
    }
}

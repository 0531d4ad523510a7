import BrasaTesting
import Glibc
import Synchronization

/// Calls the function of `Generations` at a steady rate, and notes every reply that is not right.
///
/// Right is: status 200, and no generation older than the newest that had answered when the request was sent.
final class GenerationProbe: Sendable {
    struct Report: Sendable {
        var requests = 0
        /// One sentence for each reply that was wrong or missing.
        var failures: [String] = []
        /// One sentence for each reply by code that had been replaced.
        var outdated: [String] = []
    }

    private struct State {
        var report = Report()
        var isStopping = false
        var living = 0
    }

    private let state = Mutex(State())
    private let newest = Atomic<Int>(0)
    private let port: Int
    private let path: String
    private let intervalNanoseconds: UInt64

    /// - Parameters:
    ///   - requestsPerSecond: over all connections; less when the machine does not manage.
    ///   - connections: each has one request under way.
    init(port: Int, name: String = "generation", requestsPerSecond: Int = 1_000, connections: Int = 8) {
        self.port = port
        self.path = "/\(name)"
        self.intervalNanoseconds = UInt64(1_000_000_000 * connections / requestsPerSecond)
        self.state.withLock { $0.living = connections }
        for _ in 0..<connections { BlockingThread.start { self.run() } }
    }

    var report: Report { self.state.withLock { $0.report } }

    /// Ends after the replies that are under way.
    func stop() throws -> Report {
        self.state.withLock { $0.isStopping = true }
        try waitUntil("the load to end") { self.state.withLock { $0.living == 0 } }
        return self.report
    }

    private func run() {
        var connection: HTTPConnection?
        var next = Deadline.now()
        while !self.state.withLock({ $0.isStopping }) {
            var failure: String?
            var outdated: String?
            do {
                let used = try connection ?? HTTPConnection(port: self.port)
                connection = used
                let before = self.newest.load(ordering: .sequentiallyConsistent)
                try used.send("GET", self.path)
                let reply = try used.receive()
                if let number = Generations.number(reply) {
                    if number < before { outdated = "\(number) answered after \(before)" }
                    _ = self.newest.max(number, ordering: .sequentiallyConsistent)
                } else {
                    failure = "\(reply.status) \(reply.text)"
                }
            } catch {
                failure = "\(error)"
                connection = nil
            }
            self.state.withLock { state in
                state.report.requests += 1
                if let failure { state.report.failures.append(failure) }
                if let outdated { state.report.outdated.append(outdated) }
            }
            next += self.intervalNanoseconds
            let now = Deadline.now()
            if next > now { usleep(UInt32((next - now) / 1_000)) } else { next = now }
        }
        self.state.withLock { $0.living -= 1 }
    }
}

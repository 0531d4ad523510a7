import BlockingTests
import BrasaTesting
import Foundation
import Synchronization
import Testing

/// Events that were acknowledged, when the host is ended at the worst moments.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct AsynchronousTests {
    /// Hands events over without pause, and remembers which were acknowledged.
    private final class EventLoad: Sendable {
        private struct State {
            var acknowledged: Set<Int> = []
            var next: Int
            var isStopping = false
            var living: Int
        }

        private let state: Mutex<State>
        private let host: HTTPProbe

        init(_ host: HTTPProbe, from first: Int, connections: Int) {
            self.host = host
            self.state = Mutex(State(next: first, living: connections))
            for _ in 0..<connections { BlockingThread.start { self.run() } }
        }

        var acknowledged: Set<Int> { self.state.withLock { $0.acknowledged } }

        func stop() throws -> Set<Int> {
            self.state.withLock { $0.isStopping = true }
            try waitUntil("the events to end") { self.state.withLock { $0.living == 0 } }
            return self.acknowledged
        }

        private func run() {
            defer { self.state.withLock { $0.living -= 1 } }
            // Ends with the host too.
            guard let connection = try? self.host.connect() else { return }
            while true {
                let number = self.state.withLock { state -> Int? in
                    defer { state.next += 1 }
                    return state.isStopping ? nil : state.next
                }
                guard let number else { return }
                let body = Array(#"{"n":\#(number)}"#.utf8)
                guard
                    (try? connection.send(
                        "POST", "/2015-03-31/functions/records/invocations",
                        headers: [("x-amz-invocation-type", "Event")], body: body)) != nil,
                    let reply = try? connection.receive()
                else { return }
                if reply.status == 202 { _ = self.state.withLock { $0.acknowledged.insert(number) } }
            }
        }
    }

    private struct Records {
        let path: String
        let function: TestFunction

        init(_ settings: String = "") throws {
            self.path = try FixtureLibrary.makeFolder() + "/events"
            self.function = TestFunction(
                fixture: "records", settings: "timeout: 60\nenvironment: { FILE: \(self.path) }\n" + settings)
        }

        /// Number and attempt of each invocation so far.
        var lines: [(number: Int, attempt: Int)] {
            let text = String(decoding: FileManager.default.contents(atPath: self.path) ?? Data(), as: UTF8.self)
            return text.split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ").compactMap { Int($0) }
                return words.count >= 2 ? (words[0], words[1]) : nil
            }
        }

        func waitForAll(_ acknowledged: Set<Int>) throws {
            var missing = acknowledged
            try waitUntil("\(missing.count) of \(acknowledged.count) events, such as \(missing.min() ?? 0)") {
                missing = acknowledged.subtracting(self.lines.map(\.number))
                return missing.isEmpty
            }
        }
    }

    @Test func losesNothingInTwentyFourKillsUnderLoad() throws {
        let records = try Records()
        try withHost(HostSetup([records.function], hasNeighbour: false)) { host in
            var acknowledged: Set<Int> = []
            // Different moments, the same in each run: from the first event to far into the load.
            for round in 0..<24 {
                let load = EventLoad(host.control, from: round * 1_000_000, connections: 1 + round % 4)
                let wanted = [1, 3, 10, 40, 120, 300][round * 5 % 6]
                try waitUntil("\(wanted) acknowledgements") { load.acknowledged.count >= wanted }
                host.kill()
                acknowledged.formUnion(try load.stop())
                try host.start()
            }

            try records.waitForAll(acknowledged)
            #expect(acknowledged.count > 24 * 40)
        }
    }

    @Test func losesNothingWhenItIsAskedToStop() throws {
        let records = try Records()
        try withHost(HostSetup([records.function], hasNeighbour: false)) { host in
            var acknowledged: Set<Int> = []
            for round in 0..<4 {
                let load = EventLoad(host.control, from: round * 1_000_000, connections: 3)
                try waitUntil("acknowledgements") { load.acknowledged.count >= 50 }
                try host.stop()
                acknowledged.formUnion(try load.stop())
                try host.start()
            }

            try records.waitForAll(acknowledged)
        }
    }

    @Test func keepsTheRetriesOfAFailedEventThroughAKill() throws {
        let records = try Records()
        try withHost(HostSetup([records.function], hasNeighbour: false)) { host in
            #expect(try host.invokeLater("records", #"{"n":7,"fail":1}"#).status == 202)
            try waitUntil("the first attempt") { !records.lines.isEmpty }
            try waitUntil("its verdict") {
                try host.logLines(of: "records").contains { $0.message.hasPrefix("REPORT") }
            }
            // The verdict was on its way to the disk before that line: what is stored after it says that it is there.
            #expect(try host.invokeLater("records", #"{"n":8}"#).status == 202)
            host.kill()
            try host.start()

            // A minute after the first, as documented, and not again from the start.
            func attempts() -> [Int] { records.lines.filter { $0.number == 7 }.map(\.attempt) }
            try waitUntil("the second attempt", within: 150) { attempts().count > 1 }
            #expect(attempts() == [1, 2])
        }
    }
}

import BrasaGateway
import Foundation
import Synchronization
import Testing

@testable import brasa

@Suite(.timeLimit(.minutes(5)))
struct LogsTests {
    /// A log whose lines are text of the sequence and a mark.
    private static func lines(_ sequences: ClosedRange<UInt64>, mark: String = "") -> [HostedLogLine] {
        sequences.map {
            HostedLogLine(
                sequence: $0, timestampMilliseconds: 1_767_225_600_000 + Int64($0), version: "$LATEST",
                requestID: nil, source: "log", level: $0 % 2 == 0 ? "ERROR" : "INFO", message: "line \($0)\(mark)")
        }
    }

    /// A host that has these lines; at their end it answers at once instead of waiting, as at the end of a wait.
    private static func host(port: Int = 0, _ lines: [HostedLogLine]) async throws -> FakeHost {
        try await FakeHost(port: port) { request in
            let query = URLComponents(string: "/?\(request.query)")?.queryItems ?? []
            func number(_ name: String) -> UInt64 { UInt64(query.first { $0.name == name }?.value ?? "") ?? 0 }
            let answer = lines.filter { $0.sequence > number("after") }.prefix(Int(number("limit")))
            let encoded = (try? JSONEncoder().encode(["lines": Array(answer)])) ?? Data()
            return FakeHost.Answer(body: String(decoding: encoded, as: UTF8.self))
        }
    }

    @Test func printsTheLog() async throws {
        let host = try await Self.host(Self.lines(1...3))
        let console = TestConsole()

        #expect(await console.run("logs", "hello", "--control-port", "\(host.port)") == 0)

        #expect(
            console.output == """
                2026-01-01T00:00:00.001Z INFO  line 1
                2026-01-01T00:00:00.002Z ERROR line 2
                2026-01-01T00:00:00.003Z INFO  line 3

                """)
        #expect(host.requests.map(\.path) == ["/_brasa/logs/hello"])
    }

    @Test(arguments: [
        (["--tail", "2"], [4, 5]), (["--tail", "0"], []), (["--since-sequence", "3"], [4, 5]),
        (["--since-sequence", "1", "--tail", "1"], [5]), (["--tail", "99"], [1, 2, 3, 4, 5]),
    ])
    func beginsWhereToldTo(arguments: [String], sequences: [Int]) async throws {
        let host = try await Self.host(Self.lines(1...5))
        let console = TestConsole()

        let all = ["logs", "f", "--json", "--control-port", "\(host.port)"] + arguments
        #expect(await Program.run(all, console: console.console) == 0)

        let printed = try console.output.split(separator: "\n").map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
        #expect(printed.map { $0?["sequence"] as? Int } == sequences)
        #expect(printed.allSatisfy { $0?["timestamp_milliseconds"] != nil && $0?["message"] != nil })
    }

    @Test func goesOnWhenTheHostIsRestarted() async throws {
        let port = try SilentPort()
        let first = try await Self.host(port: port.number, Self.lines(1...3, mark: " of the first"))
        let console = TestConsole()
        let follower = LogFollower(
            client: ControlClient(ControlEndpoint(port: first.port)), function: "f", console: console.console,
            isJSON: false, retryDelay: .milliseconds(10), waitSeconds: 1)
        let task = Task {
            let cursor = try await follower.printExisting(after: 0, tail: nil)
            try await follower.follow(from: cursor)
        }

        await console.waits(for: "line 3 of the first")
        try await first.stop()
        await console.waits(for: "is gone; waiting for it")
        let second = try await Self.host(port: port.number, Self.lines(1...2, mark: " of the second"))
        await console.waits(for: "line 2 of the second")
        task.cancel()
        _ = await task.result

        #expect(console.output.components(separatedBy: "line 1 of the second").count == 2)
        #expect(console.output.components(separatedBy: "line 1 of the first").count == 2)
        #expect(console.errors.contains("was restarted; its log begins anew"))
        try await second.stop()
    }

    /// Whatever the moment: the host answers at once, again and again.
    @Test func endsWhenItIsCancelledWhileAnAnswerComes() async throws {
        let host = try await Self.host(Self.lines(1...3))
        for round in 0..<100 {
            let console = TestConsole()
            let follower = LogFollower(
                client: ControlClient(ControlEndpoint(port: host.port)), function: "f", console: console.console,
                isJSON: false, waitSeconds: 1)
            let (requests, task) = (host.requests.count, Task { try await follower.follow(from: LogCursor(after: 0)) })
            while host.requests.count < requests + 2 + round % 3 { await Task.yield() }
            task.cancel()

            let error = await #expect(throws: ControlError.self) { try await task.value }
            #expect(error?.code == .cancelled)
        }
        try await host.stop()
    }

    @Test func refusesAnUnknownFunction() async throws {
        let host = try await FakeHost { _ in
            FakeHost.Answer(
                status: 404, headers: [("x-amzn-errortype", "ResourceNotFoundException")],
                body: "{\"Message\":\"Function not found: f\",\"Type\":\"User\"}")
        }
        let console = TestConsole()

        #expect(await console.run("logs", "f", "-f", "--control-port", "\(host.port)") == 1)
        #expect(console.errors.contains("Function not found: f"))
    }

    @Suite struct Cursor {
        @Test func countsWhatTheHostDropped() {
            var cursor = LogCursor(after: 0)

            let dropped = [LogsTests.lines(5...7), LogsTests.lines(8...9), LogsTests.lines(12...13), []].map {
                cursor.advance(over: $0)
            }

            // What is gone before the first line is nobody's loss.
            #expect(dropped == [0, 0, 2, 0])
            #expect(cursor.sequence == 13)
        }

        @Test func knowsTheHostItLeft() {
            var cursor = LogCursor()
            _ = cursor.advance(over: LogsTests.lines(1...4))

            let isRestarted = [LogsTests.lines(1...9), LogsTests.lines(7...9)].map { cursor.reconnect($0) }

            #expect(isRestarted == [false, false])
            #expect(cursor.sequence == 4)
        }

        @Test(arguments: [LogsTests.lines(1...9, mark: "!"), LogsTests.lines(1...2), []])
        func noticesARestart(lines: [HostedLogLine]) {
            var cursor = LogCursor()
            _ = cursor.advance(over: LogsTests.lines(1...4))

            let isRestarted = cursor.reconnect(lines)

            #expect(isRestarted)
            #expect(cursor.sequence == 0)
        }

        @Test func losesNothingByAnInterruptionBeforeTheFirstLine() {
            var cursor = LogCursor()

            let isRestarted = [[], LogsTests.lines(1...2)].map { cursor.reconnect($0) }

            #expect(isRestarted == [false, false])
            #expect(cursor.sequence == 0)
        }
    }
}

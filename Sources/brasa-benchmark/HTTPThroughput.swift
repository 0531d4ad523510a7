import BrasaGateway
import BrasaModel
import Foundation
import Glibc
import NIOCore

/// Requests per second over 64 connections into an isolated function.
///
/// The floor is a second port of the same gateway on the same loop, whose invoker answers at once with the function's reply: the same
/// reading, event and response, and no function.
struct HTTPThroughput {
    /// A load that could not be put on.
    struct LoadError: Error, CustomStringConvertible {
        let description: String
    }

    private struct Load {
        let perSecond: Double
        let p50: Double
        let p99: Double
        let hostMicroseconds: Double
    }

    let programs: Programs
    private static let connections = 64
    private static let milliseconds = 1_500

    func measure(rounds: Int) async throws -> Finding {
        let bed = try await Bed.make(programs: self.programs)
        _ = try await bed.serve(self.programs.function, as: "hello-c")
        let servers = try await Self.makeServers(bed)
        let loop = bed.loop
        let (ours, floor) = (
            try await loop.flatSubmit { servers.value.0.start(host: "127.0.0.1", port: 0) }.get(),
            try await loop.flatSubmit { servers.value.1.start(host: "127.0.0.1", port: 0) }.get()
        )
        var results: [(Double, Double)] = []
        var loads: [(Load, Load)] = []
        for round in -1..<rounds {
            let first = try self.load(ours)
            let second = try self.load(floor)
            if round < 0 { continue }
            results.append((first.perSecond, second.perSecond))
            loads.append((first, second))
        }
        let stopped = loop.flatSubmit { servers.value.0.stop(seconds: 0).and(servers.value.1.stop(seconds: 0)) }
        _ = try await stopped.get()
        try await bed.stop()
        func median(_ value: (Load, Load) -> Double) -> Double { Samples(loads.map { value($0.0, $0.1) }).median }
        return Finding(
            key: "http_64", title: "HTTP, \(Self.connections) connections", unit: "req/s", rounds: results,
            goal: Finding.Goal(subject: .ratio, direction: .atLeast, value: 0.8),
            details: [
                "p50_us": median { ours, _ in ours.p50 }, "p99_us": median { ours, _ in ours.p99 },
                "floor_p50_us": median { _, floor in floor.p50 }, "floor_p99_us": median { _, floor in floor.p99 },
                "host_cpu_us_per_request": median { ours, _ in ours.hostMicroseconds },
                "floor_cpu_us_per_request": median { _, floor in floor.hostMicroseconds },
            ])
    }

    /// Serves both ports, prints them, and waits until standard input ends.
    func serve() async throws {
        let bed = try await Bed.make(programs: self.programs)
        _ = try await bed.serve(self.programs.function, as: "hello-c")
        let servers = try await Self.makeServers(bed)
        let loop = bed.loop
        let function = try await loop.flatSubmit { servers.value.0.start(host: "127.0.0.1", port: 0) }.get()
        let immediate = try await loop.flatSubmit { servers.value.1.start(host: "127.0.0.1", port: 0) }.get()
        FileHandle.standardOutput.write(Data("{\"function\":\(function),\"immediate\":\(immediate)}\n".utf8))
        while readLine() != nil {}
        try await bed.stop()
    }

    private static func makeServers(_ bed: Bed) async throws -> NIOLoopBound<(HTTPServer, HTTPServer)> {
        let loop = bed.loop
        return try await loop.submit {
            func server(_ invoker: any Invoker) -> HTTPServer {
                let gateway = FunctionGateway(
                    loop: loop, invoker: invoker, account: "000000000000", region: "us-east-1", stage: "dev",
                    health: NoHealth(), payloadLimitBytes: 6 << 20)
                return HTTPServer(loop: loop, limits: HTTPLimits(), handler: gateway)
            }
            let pair = (server(bed.router.value), server(ImmediateInvoker()))
            return NIOLoopBound(pair, eventLoop: loop)
        }.get()
    }

    private func load(_ port: Int) throws -> Load {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: self.programs.floor)
        process.arguments = ["load", "\(port)", "/hello-c", "\(Self.connections)", "\(Self.milliseconds)"]
        let output = Pipe()
        process.standardOutput = output
        let before = Self.ownMicroseconds()
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let used = Self.ownMicroseconds() - before
        let words = text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        guard process.terminationStatus == 0, words.count == 5, words[0] > 0, words[1] == 0 else {
            throw LoadError(description: "The load on port \(port) failed, or was answered with errors: \(text)")
        }
        let perSecond = words[0] / (words[2] / 1e9)
        // The load warms up before it counts, at about the same rate.
        let requests = words[0] * (words[2] / 1e6 + 200) / (words[2] / 1e6)
        return Load(
            perSecond: perSecond, p50: words[3] / 1_000, p99: words[4] / 1_000, hostMicroseconds: used / requests)
    }

    /// CPU time of this process, which is the host.
    static func ownMicroseconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
    }
}

/// Answers every event with hello-c's reply, without an instance.
private final class ImmediateInvoker: Invoker {
    private let metadata = [
        MetadataPair("status", "200"), MetadataPair("content-type", "text/plain; charset=utf-8"),
    ]
    private let body = ByteBuffer(string: "Hello from C: small, old and still warm.\n")

    func invoke(_ event: Event, responder: any Responder) {
        responder.complete(
            Outcome(
                requestID: event.requestID, executedVersion: "$LATEST",
                result: .reply(Reply(metadata: self.metadata, body: self.body))))
    }
}

private final class NoHealth: HTTPHandler {
    func handle(_ request: HTTPRequest, exchange: any HTTPExchange) {
        exchange.respond(status: 200, headers: [], body: nil)
    }
}

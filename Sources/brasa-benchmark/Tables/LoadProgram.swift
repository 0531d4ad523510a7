import BrasaTesting
import Foundation

/// Load from a program of its own: `brasa-floor load`, the same for everybody who is asked.
struct LoadProgram: Sendable {
    /// What is spoken.
    enum Spoken: String, Sendable {
        case http
        case redis
    }

    let program: String

    /// Sends a request over `clients` connections, each as soon as it has its answer.
    ///
    /// - Parameters:
    ///   - request: its bytes, with marks for its number.
    ///   - allowsErrors: whether answers that are errors are left out, instead of ending all.
    /// - Throws: `Load.Failed` when one was answered with an error, or none at all.
    func run(
        _ request: String, _ spoken: Spoken = .http, port: Int, clients: Int, milliseconds: Int,
        allowsErrors: Bool = false
    ) throws -> Load {
        let file = try FixtureLibrary.makeFolder() + "/request"
        try Data(request.utf8).write(to: URL(fileURLWithPath: file))
        let run = try ProgramRun(
            path: self.program,
            arguments: [
                "load", "\(port)", spoken.rawValue, file, "\(clients)", "\(milliseconds)", "\(TableRequest.modulus)",
            ])
        let words = run.output.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        guard run.exitStatus == 0, words.count == 5, words[0] > words[1], allowsErrors || words[1] == 0 else {
            let first = request.split(separator: "\r\n").first ?? ""
            throw Load.Failed(description: "Load (\(first)) on port \(port) was answered with errors: \(run.output)")
        }
        return Load(
            perSecond: (words[0] - words[1]) / (words[2] / 1e9), p50Microseconds: words[3] / 1_000,
            p99Microseconds: words[4] / 1_000)
    }

    /// Sends HTTP requests one after the other.
    ///
    /// - Throws: `Load.Failed` when one was answered with an error.
    func send(_ requests: [String], port: Int) throws {
        var connection = try HTTPConnection(port: port)
        for request in requests {
            try connection.send(request)
            let reply = try connection.receive()
            if reply.head["connection"] == "close" { connection = try HTTPConnection(port: port) }
            guard reply.status == 200 else {
                throw Load.Failed(description: "A request on port \(port) was answered with \(reply.status).")
            }
        }
    }
}

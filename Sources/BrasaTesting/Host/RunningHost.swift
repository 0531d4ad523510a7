import Foundation
package import Glibc
import Synchronization

/// A real host that a test talks to: `brasa serve` in a process of its own.
package final class RunningHost: Sendable {
    package let folder: HostFolder
    private let environment: [String: String]
    private let process: Mutex<HostProcess>

    /// Starts it.
    package init(_ folder: HostFolder, environment: [String: String] = [:]) throws {
        self.folder = folder
        self.environment = environment
        self.process = Mutex(try HostProcess(folder, environment: environment))
    }

    /// The process and what it said when it was ready.
    package var current: HostProcess { self.process.withLock { $0 } }
    package var pid: pid_t { self.current.pid }
    /// The port that clients of functions call.
    package var gateway: HTTPProbe { HTTPProbe(port: self.current.ready.gateway.port) }
    /// The port of the Lambda API.
    package var control: HTTPProbe { HTTPProbe(port: self.current.ready.control.port) }
    /// What holds functions to their memory: `cgroup2`, `cgroup1` or `rlimit`.
    package var memoryCap: String { self.current.ready.memoryCap }

    // MARK: - Life

    /// Kills it as a power cut would; returns when it is gone.
    package func kill() { self.current.end(by: SIGKILL) }

    /// Asks it to stop; returns when it has.
    ///
    /// - Throws: `HarnessError` when it did not end with status 0.
    package func stop() throws {
        let status = self.current.end(by: SIGTERM)
        guard status == 0 else { throw HarnessError("The host ended with wait status \(status).\n\(self.folder.log)") }
    }

    /// Starts it anew after `kill` or `stop`, on other ports.
    package func start() throws {
        let next = try HostProcess(self.folder, environment: self.environment)
        self.process.withLock { $0 = next }
    }

    // MARK: - Processes

    /// The processes of all functions, or of one; ended ones that nobody has reaped count.
    package func processes(of function: String? = nil) -> [HostedProcess] {
        let all = HostedProcess.all(ofHost: self.pid, folder: self.folder.path)
        guard let function else { return all }
        return all.filter { $0.function == function || $0.function == nil }
    }

    /// The instances of a function, without what they started.
    package func instances(of function: String) -> [HostedProcess] {
        self.processes(of: function).filter { $0.role == .instance && $0.state != "Z" }
    }

    /// Waits until a function has no process at all.
    package func waitUntilNoProcess(of function: String, within seconds: Double = patientSeconds) throws {
        var left: [HostedProcess] = []
        try waitUntil("no process of \(function), there are \(left)", within: seconds) {
            left = self.processes(of: function)
            return left.isEmpty
        }
    }

    /// Waits until a function has nothing but its zygote: every instance and all it started are gone and reaped.
    package func waitUntilOnlyZygote(of function: String, within seconds: Double = patientSeconds) throws {
        var left: [HostedProcess] = []
        try waitUntil("the zygote alone of \(function), there are \(left)", within: seconds) {
            left = self.processes(of: function)
            return Set(left.map(\.role)) == [.guardian, .zygote] && left.count == 2
        }
    }

    /// A file in its folder that is not there yet, for functions to wait for.
    package func gate(_ name: String = "gate") -> Gate { Gate(path: "\(self.folder.path)/\(name)") }

    // MARK: - Lambda API

    /// Invokes a function through the Lambda API, and asks for its log.
    package func invoke(_ function: String, _ event: String = "{}", within seconds: Double = patientSeconds) throws
        -> LambdaReply
    {
        LambdaReply(
            try self.control.call(
                "POST", LambdaReply.path(function), headers: [("x-amz-log-type", "Tail")], body: event, within: seconds)
        )
    }

    /// Hands an event over that is run later; returns the answer to that.
    package func invokeLater(_ function: String, _ event: String = "{}") throws -> HTTPReply {
        try self.control.call(
            "POST", LambdaReply.path(function), headers: [("x-amz-invocation-type", "Event")], body: event)
    }

    /// The log of a function so far.
    package func logLines(of function: String) throws -> [HostedLine] {
        struct Page: Decodable {
            let lines: [HostedLine]
        }
        let reply = try self.control.get("/_brasa/logs/\(function)?limit=10000")
        guard reply.status == 200 else { throw HarnessError("The log of \(function): \(reply.status) \(reply.text)") }
        return try reply.json(Page.self).lines
    }

    /// The same once these invocations have their last line, which may come after their answers.
    package func logLines(of function: String, afterEndOf requestIDs: [String]) throws -> [HostedLine] {
        try waitFor("the reports of \(requestIDs)") {
            let lines = try self.logLines(of: function)
            let ended = Set(lines.filter { $0.message.hasPrefix("REPORT RequestId: ") }.map(\.requestID))
            return requestIDs.allSatisfy { ended.contains($0) } ? lines : nil
        }
    }

    /// What of its folder the host does not take, and why.
    package func refusals() throws -> [HostedRefusal] {
        struct Page: Decodable {
            let refused: [HostedRefusal]
        }
        return try self.control.get("/_brasa/functions").json(Page.self).refused
    }

    /// What the host says about a function.
    package func status(of function: String) throws -> HostedStatus {
        struct Page: Decodable {
            let functions: [HostedStatus]
        }
        let reply = try self.control.get("/_brasa/functions")
        guard let status = try reply.json(Page.self).functions.first(where: { $0.name == function }) else {
            throw HarnessError("The host knows no function \(function): \(reply.text)")
        }
        return status
    }
}

/// One line of a function's log.
package struct HostedLine: Decodable, Sendable, Hashable {
    package let requestID: String?
    package let source: String
    package let level: String?
    package let message: String
}

/// What the host says about a library that it does not take.
package struct HostedRefusal: Decodable, Sendable, Hashable {
    package let name: String
    package let problem: String?
    package let phase: String?
    /// Digest of the library that answers; nil: none does.
    package let servingSHA256: String?
}

/// What the host says about a function.
package struct HostedStatus: Decodable, Sendable, Hashable {
    package let name: String
    package let state: String
    package let updateStatus: String
    package let failure: String?
    package let isolation: String?
    package let note: String?
    package let instances: [String: Int]
    package let codeSHA256: String
}

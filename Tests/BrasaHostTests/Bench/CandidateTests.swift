import BrasaTesting
import Foundation
import Testing

/// Libraries that are tried beside the live version: `POST /_brasa/candidates`.
@Suite(.timeLimit(.minutes(5)))
struct CandidateTests {
    private static let function = TestFunction(fixture: "generation", settings: "brasa: { initTimeout: 30s }")

    /// A candidate that a client holds.
    private struct Held {
        let connection: HTTPConnection
        let name: String
    }

    private func hold(_ host: RunningHost, _ library: [UInt8], query: String = "function=generation") throws -> Held {
        let connection = try host.control.connect()
        try connection.send("POST", "/_brasa/candidates?\(query)", body: library)
        let head = try connection.receiveHead()
        let line = try #require(try connection.receiveChunk())
        #expect(head.status == 200)
        let message = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
        let candidate = try #require(
            message?["candidate"] as? [String: Any], "\(String(decoding: line, as: UTF8.self))")
        return Held(connection: connection, name: try #require(candidate["name"] as? String))
    }

    /// Calls the candidate for a second.
    private func bench(_ host: RunningHost, _ candidate: String) throws -> String {
        let order = """
            {"function":"generation","kind":"warm","candidate":"\(candidate)","events":[],"starts":1,"plan":{"connections":1,\
            "pauseNanoseconds":0,"warmUpNanoseconds":0,"durationNanoseconds":1000000000,"rounds":1}}
            """
        return try host.control.post("/_brasa/bench", order).text
    }

    @Test func runBesideTheLiveVersionUntilTheirClientLeaves() throws {
        try withHost(HostSetup([Self.function], hasNeighbour: false)) { host in
            let generations = try Generations(host.folder)
            try generations.put(5)
            try generations.waitFor(5, at: host.gateway)
            let code = try host.status(of: "generation").codeSHA256
            let held = try self.hold(host, generations.library(6))
            let before = try host.invocations(of: "generation")

            let answer = try self.bench(host, held.name)

            #expect(answer.contains("\"result\""), "\(answer)")
            #expect(Generations.number(try host.gateway.get("/generation")) == 5)
            let status = try host.status(of: "generation")
            #expect(status.codeSHA256 == code)
            // The one over the gateway, and none of the candidate's.
            #expect(try host.invocations(of: "generation") == before + 1)
            held.connection.close()
            try waitUntil("the candidate's processes to end") {
                host.processes(of: "generation").count { $0.role == .zygote } == 1
            }
            try waitUntil("its library to go") {
                try FileManager.default.contentsOfDirectory(atPath: "\(host.folder.state)/candidates").isEmpty
            }
            #expect(try self.bench(host, held.name).contains("Candidate not found"))
        }
    }

    @Test(arguments: [
        ("not a library", "is not an ELF file"),
        ("888000", "signal: aborted"),
        ("889000", "this generation does not start"),
    ])
    func areRefusedWhenTheyDoNotStart(what: String, reason: String) throws {
        try withHost(HostSetup([Self.function], hasNeighbour: false)) { host in
            let generations = try Generations(host.folder)
            let library = Int(what).map { generations.library($0) } ?? Array("#!/bin/sh\n".utf8)
            let connection = try host.control.connect()
            try connection.send("POST", "/_brasa/candidates?function=generation&file=new.so", body: library)
            let reply = try connection.receive()

            #expect(reply.status == 400)
            #expect(reply.text.contains(reason), "\(reply.text)")
            #expect(Generations.number(try host.gateway.get("/generation")) == 0)
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(host.folder.state)/candidates").isEmpty)
        }
    }

    @Test func thatCrashLeaveTheLiveVersionAlone() throws {
        try withHost(HostSetup([Self.function], hasNeighbour: false)) { host in
            let generations = try Generations(host.folder)
            let held = try self.hold(host, generations.library(666_000))
            let answer = try self.bench(host, held.name)

            #expect(answer.contains("Runtime.ExitError"), "\(answer)")
            #expect(Generations.number(try host.gateway.get("/generation")) == 0)
            #expect(!host.folder.log.contains("taken back"), "\(host.folder.log)")
            held.connection.close()
        }
    }

    @Test func haveProcessesOfTheirOwnEvenBesideAFunctionInsideTheHost() throws {
        let inside = TestFunction(fixture: "generation", settings: "brasa: { isolation: inprocess }")
        try withHost(HostSetup([inside], hasNeighbour: false)) { host in
            let generations = try Generations(host.folder)
            #expect(try host.status(of: "generation").isolation == "inprocess")
            let held = try self.hold(host, generations.library(666_000))
            let answer = try self.bench(host, held.name)

            #expect(answer.contains("Runtime.ExitError"), "\(answer)")
            #expect(Generations.number(try host.gateway.get("/generation")) == 0)
            held.connection.close()
        }
    }

    @Test func needAFunctionToStandBeside() throws {
        try withHost(HostSetup([Self.function], hasNeighbour: false)) { host in
            let none = try host.control.post("/_brasa/candidates", "")
            let unknown = try host.control.post("/_brasa/candidates?function=nobody", "")

            #expect(none.status == 400 && none.text.contains("The query names no function"))
            #expect(unknown.status == 404 && unknown.text.contains("Function not found: nobody"))
        }
    }
}

import BlockingTests
import BrasaTesting
import Foundation
import Testing

/// The ways to answer, and what callers get of each; `AnswerTests` has those of a function that fails.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct ReplyTests {
    private static let limitBytes = 6_291_556

    // MARK: - In one piece

    @Test func sendsRepliesOfEverySize() throws {
        let function = TestFunction(fixture: "reply_sized", settings: "memorySize: 256")
        try withHost(function) { host in
            // Around what fits a frame, a page, the parts of the arena, and the limit.
            for bytes in [0, 1, 2, 3_900, 4_096, 8_191, 16_384, 65_535, 65_536, 262_145, 1 << 20, Self.limitBytes] {
                let reply = try host.invoke("reply_sized", #"{"bytes":\#(bytes)}"#)

                let expected =
                    switch bytes {
                    case 0: "null"
                    case 1: "x"
                    default: "\"" + String(repeating: "x", count: bytes - 2) + "\""
                    }
                #expect(reply.payload == expected, "\(bytes) bytes")
            }
        }
    }

    @Test func sendsReservedRepliesOfEverySize() throws {
        let function = TestFunction(fixture: "reply_reserved", settings: "memorySize: 256")
        try withHost(function) { host in
            for bytes in [2, 4_096, 65_536, 1 << 20, Self.limitBytes] {
                let reply = try host.invoke("reply_reserved", #"{"bytes":\#(bytes)}"#)

                #expect(reply.payload == "\"" + String(repeating: "y", count: bytes - 2) + "\"", "\(bytes) bytes")
            }
            let tooLarge = try host.gateway.post("/reply_reserved", "bytes \(Self.limitBytes + 1)")
            #expect(tooLarge.text == tooLarge.failureBody("Reserve", "reserve gave NULL"))
        }
    }

    @Test func refusesAReplyOverTheLimit() throws {
        let functions = ["reply_too_large", "reply_sized"].map {
            TestFunction(fixture: $0, settings: "memorySize: 256")
        }
        try withHost(HostSetup(functions)) { host in
            let message = "Response payload size exceeded maximum allowed payload size (6291556 bytes)."
            let reply = try host.gateway.get("/reply_too_large")
            let direct = try host.invoke("reply_too_large")
            let second = try host.invoke("reply_sized", #"{"bytes":\#(Self.limitBytes + 1)}"#)

            #expect(reply.status == 502)
            #expect(reply.text == reply.failureBody("Function.ResponseSizeTooLarge", message))
            #expect(direct.functionError == "Unhandled")
            #expect(
                direct.payload == #"{"errorMessage":"\#(message)","errorType":"Function.ResponseSizeTooLarge"}"#)
            // The function was told, and may answer otherwise.
            #expect(second.payload == #""status -7""#)
        }
    }

    @Test func takesReturningWithoutAnAnswerForNull() throws {
        try withHost(TestFunction(fixture: "never_replies")) { host in
            let reply = try host.gateway.get("/never_replies")
            let direct = try host.invoke("never_replies")

            #expect(reply.status == 200)
            #expect(reply.head["content-type"] == "application/json")
            #expect(reply.text == "null")
            #expect(direct.payload == "null")
            #expect(direct.functionError == nil)
        }
    }

    @Test func refusesASecondReply() throws {
        try withHost(TestFunction(fixture: "replies_twice")) { host in
            let reply = try host.gateway.get("/replies_twice")

            #expect(reply.text == "first")
            let logged = try host.logLines(of: "replies_twice").filter { $0.source == "log" }
            #expect(logged.map(\.message) == ["second: -3"])
        }
    }

    // MARK: - Streams

    @Test(arguments: ["", " reserved"])
    func streamsPieceByPiece(how: String) throws {
        try withHost(TestFunction(fixture: "streams")) { host in
            let gate = host.gate()
            let call = try host.gateway.start("POST", "/streams", body: "chunks 2 size 5 until \(gate.path)" + how)
            let head = try call.receiveHead()

            #expect(head.status == 201)
            #expect(head["content-type"] == "text/plain")
            #expect(head["transfer-encoding"] == "chunked")
            #expect(head["content-length"] == nil)
            #expect(try call.receiveChunk() == Array("aaaaa".utf8))
            // The other is not written yet.
            #expect(!call.hasArrived)
            try gate.open()
            #expect(try call.receiveChunk() == Array("bbbbb".utf8))
            #expect(try call.receiveChunk() == [])
            // The connection is good for another request.
            try call.send("GET", "/neighbour")
            #expect(try call.receive().status == 200)
        }
    }

    @Test(arguments: ["", " reserved"])
    func streamsMoreThanABufferedReplyMayHold(how: String) throws {
        try withHost(TestFunction(fixture: "streams", settings: "timeout: 120")) { host in
            let reply = try host.gateway.post("/streams", "chunks 200 size 100000" + how)

            #expect(reply.isComplete)
            #expect(reply.body.count == 20_000_000)
            let isInOrder = (0..<200).allSatisfy { reply.body[$0 * 100_000] == UInt8(97 + $0 % 26) }
            #expect(isInOrder)
        }
    }

    @Test func holdsTheFunctionUpWhileItsClientIsSlow() throws {
        let streams = TestFunction(fixture: "streams", settings: "timeout: 280\nbrasa: { spare: 0 }")
        try withHost(HostSetup([streams], hostSettings: "limits: { requestBodyTimeout: 1m }")) { host in
            let before = try Self.residentKilobytes(host.pid)
            let call = try host.gateway.connect(receiveBufferBytes: 65_536)
            try call.send("POST", "/streams", body: Array("chunks 1000 size 100000".utf8))
            let head = try call.receiveHead()
            // The function sleeps: nothing of its 100 MB is made ahead.
            let instance = try #require(host.instances(of: "streams").first)
            var ticks = (count: -1, looks: 0)
            try waitUntil("the function to be held up") {
                let now = try Self.processorTicks(instance.pid)
                ticks = now == ticks.count ? (now, ticks.looks + 1) : (now, 0)
                return ticks.looks == 50
            }
            let held = try Self.residentKilobytes(host.pid)

            var bytes = 0
            while let chunk = try call.receiveChunk(), !chunk.isEmpty { bytes += chunk.count }

            #expect(head.status == 201)
            #expect(held - before < 32 << 10)
            #expect(bytes == 100_000_000)
        }
    }

    @Test func tellsAStreamingFunctionThatItsClientHasLeft() throws {
        let streams = TestFunction(fixture: "streams", settings: "timeout: 120")
        try withHost(streams) { host in
            // Where in the stream each one leaves is chance.
            for number in 1...20 {
                let call = try host.gateway.start("POST", "/streams", body: "chunks 100000 size 1000 pause 1")
                _ = try call.receiveHead()
                call.close()

                let line = try waitFor("the function's word") {
                    let lines = try host.logLines(of: "streams").filter { $0.source == "log" }
                    return lines.count == number ? lines.last : nil
                }
                #expect(line.message.hasPrefix("write "))
                #expect(line.message.hasSuffix(": -11"))
            }
            // Its instance is whole.
            #expect(try host.gateway.post("/streams", "chunks 1").isComplete)
        }
    }

    @Test func collectsAStreamForCallersOfInvoke() throws {
        try withHost(TestFunction(fixture: "streams", settings: "timeout: 120")) { host in
            let whole = try host.invoke("streams", #"{"chunks":3}"#)
            let tooLarge = try host.invoke("streams", #"{"chunks":70,"size":100000}"#)

            #expect(whole.payload == "aaaaaaaaaabbbbbbbbbbcccccccccc")
            #expect(
                tooLarge.payload
                    == #"{"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).","#
                    + #""errorType":"Function.ResponseSizeTooLarge"}"#)
        }
    }

    // MARK: - Looking at processes

    private static func residentKilobytes(_ pid: Int32) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
        return try #require(line.split(separator: " ").dropLast().last.flatMap { Int($0) })
    }

    private static func processorTicks(_ pid: Int32) throws -> Int {
        let stat = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        let fields = stat.split(separator: ")").last.map { $0.split(separator: " ") } ?? []
        return try #require(Int(fields[11])) + #require(Int(fields[12]))
    }
}

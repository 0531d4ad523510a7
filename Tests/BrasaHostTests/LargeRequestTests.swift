import BlockingTests
import BrasaTesting
import Testing

/// Requests whose bodies are longer than headers may be.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct LargeRequestTests {
    @Test func keepsTheConnectionAfterABodyThatIsLongerThanHeadersMayBe() throws {
        try withHost(TestFunction(fixture: "slow", settings: "timeout: 30")) { host in
            let client = try HTTPConnection(port: host.gateway.port)
            for _ in 0..<3 {
                try client.send("POST /slow HTTP/1.1\r\nhost: brasa\r\ncontent-length: 300000\r\n\r\n")
                for _ in 0..<30 { try client.send([UInt8](repeating: 0x20, count: 10_000)) }

                let reply = try client.receive()

                #expect(reply.status == 200)
                #expect(reply.head["connection"] == nil)
            }
        }
    }

    @Test func refusesHeadersThatNeverEnd() throws {
        try withHost { host in
            let client = try HTTPConnection(port: host.gateway.port)
            // A request before it, so that its bytes are not taken for those of the next.
            try client.send("POST", "/neighbour", body: [UInt8](repeating: 0x20, count: 100_000))
            #expect(try client.receive().status == 200)
            try client.send("GET / HTTP/1.1\r\n")
            // Refused in the middle, the rest is not taken any more.
            for _ in 0..<3 { try? client.send("x: \(String(repeating: "x", count: 8_000))\r\n") }

            let reply = try client.receive()

            #expect(reply.status == 431)
            #expect(reply.text == #"{"message":"The request's headers are over 16384 bytes (limits.headerSize)."}"#)
        }
    }

    @Test func namesTheSettingThatABodyIsTooLargeFor() throws {
        try withHost(HostSetup(hostSettings: "limits: { payloadSize: 64KiB }")) { host in
            let reply = try host.gateway.call("POST", "/neighbour", body: String(repeating: " ", count: 65_537))

            #expect(reply.status == 413)
            #expect(reply.text == #"{"message":"The request's body is over 65536 bytes (limits.payloadSize)."}"#)
        }
    }

    @Test func takesABinaryBodyOfSixMebibytes() throws {
        try withHost(TestFunction(fixture: "slow", settings: "timeout: 30")) { host in
            let client = try HTTPConnection(port: host.gateway.port)
            try client.send(
                "POST", "/slow", headers: [("content-type", "image/png")],
                body: [UInt8](repeating: 0xff, count: 6_291_456))

            #expect(try client.receive().status == 200)
        }
    }

    @Test func refusesABodyThatEscapesMakeTooLarge() throws {
        try withHost(HostSetup(hostSettings: "limits: { payloadSize: 1MiB }")) { host in
            let body = String(repeating: "\u{1}", count: 500_000)
            let reply = try host.gateway.call(
                "POST", "/neighbour", headers: [("content-type", "text/plain")], body: body)

            #expect(reply.status == 413)
            #expect(reply.text.contains(#" bytes, and 2621440 are allowed (limits.payloadSize).""#))
        }
    }

    @Test func refusesAReplyOverTheSettingOfTheHost() throws {
        let setup = HostSetup(
            [TestFunction(fixture: "reply_sized")], hostSettings: "limits: { replySize: 4KiB }", hasNeighbour: false)
        try withHost(setup) { host in
            #expect(try host.gateway.post("/reply_sized", #"{"bytes": 4097}"#).status == 502)
            #expect(try host.invoke("reply_sized", #"{"bytes": 4096}"#).functionError == nil)
            let reply = try host.invoke("reply_sized", #"{"bytes": 4097}"#)

            #expect(reply.functionError == "Unhandled")
            #expect(
                reply.payload
                    == #"{"errorMessage":"Response payload size exceeded maximum allowed payload size (4096 bytes).","errorType":"Function.ResponseSizeTooLarge"}"#
            )
        }
    }
}

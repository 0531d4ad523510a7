import BlockingTests
import BrasaTesting
import Testing

/// What clients may send, what they get, and how long they may take.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct GatewayTests {
    private static let replies = TestFunction(fixture: "never_replies", settings: "memorySize: 256\ntimeout: 20")
    private static let reflects = TestFunction(fixture: "reflects")

    private struct EchoedEvent: Decodable, Sendable {
        let version: String
        let routeKey: String
        let rawPath: String
        let rawQueryString: String
        let headers: [String: String]
        let queryStringParameters: [String: String]?
        let pathParameters: [String: String]?
        let cookies: [String]?
        let body: String?
        let isBase64Encoded: Bool
    }

    // MARK: - Limits

    @Test func takesABodyOfExactlyTheLimit() throws {
        try withHost(Self.replies) { host in
            let body = [UInt8](repeating: UInt8(ascii: "x"), count: 6 << 20)
            let call = try host.gateway.connect()
            try call.send("POST", "/never_replies", headers: [("content-type", "text/plain")], body: body)
            let reply = try call.receive()

            #expect(reply.status == 200)
            #expect(reply.text == "null")
        }
    }

    @Test func refusesABodyThatSaysItIsOverTheLimitBeforeItIsSent() throws {
        try withHost(Self.replies) { host in
            let call = try host.gateway.connect()
            try call.send("POST /never_replies HTTP/1.1\r\nhost: h\r\ncontent-length: 6291457\r\n\r\n")
            let reply = try call.receive()

            #expect(reply.status == 413)
            #expect(reply.head["connection"] == "close")
            #expect(
                reply.text
                    == #"{"message":"The request's body is over 6291456 bytes (limits.payloadSize)."}"#)
            #expect(try call.receiveToEnd().isEmpty)
        }
    }

    @Test func refusesABodyThatGrowsOverTheLimit() throws {
        try withHost(Self.replies) { host in
            let call = try host.gateway.connect()
            try call.send("POST /never_replies HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n")
            let chunk = Array("100000\r\n".utf8) + [UInt8](repeating: 120, count: 1 << 20) + Array("\r\n".utf8)
            // Refused in the middle, the rest is not taken any more.
            for _ in 0..<7 { try? call.send(chunk) }
            let reply = try call.receive()

            #expect(reply.status == 413)
            #expect(
                reply.text
                    == #"{"message":"The request's body is over 6291456 bytes (limits.payloadSize)."}"#)
        }
    }

    @Test func refusesLargeAndManyHeaders() throws {
        try withHost(Self.replies) { host in
            let large = try host.gateway.call(
                "GET", "/never_replies", headers: [("x-large", String(repeating: "x", count: 17 << 10))])
            let many = try host.gateway.call(
                "GET", "/never_replies", headers: (0..<101).map { ("x-\($0)", "1") })
            let enough = try host.gateway.call(
                "GET", "/never_replies",
                headers: [("x-large", String(repeating: "x", count: 15 << 10))] + (0..<90).map { ("x-\($0)", "1") })

            #expect(large.status == 431)
            #expect(large.text == #"{"message":"The request's headers are over 16384 bytes (limits.headerSize)."}"#)
            #expect(many.status == 431)
            #expect(many.text == #"{"message":"The request has over 100 headers (limits.headerCount)."}"#)
            #expect(enough.status == 200)
        }
    }

    @Test func refusesHeadersThatNeverEnd() throws {
        try withHost(Self.replies) { host in
            let call = try host.gateway.connect()
            try call.send("GET /never_replies HTTP/1.1\r\nx-endless: " + String(repeating: "x", count: 40 << 10))
            let reply = try call.receive()

            #expect(reply.status == 431)
            #expect(reply.text == #"{"message":"The request's headers are over 16384 bytes (limits.headerSize)."}"#)
        }
    }

    @Test func closesConnectionsOverTheLimitAtOnce() throws {
        let setup = HostSetup([Self.replies], hostSettings: "limits: { maxConnections: 3 }", hasNeighbour: false)
        try withHost(setup) { host in
            let calls = try (0..<3).map { _ in try host.gateway.start("GET", "/never_replies") }
            for call in calls { #expect(try call.receive().status == 200) }

            let surplus = try host.gateway.connect()

            #expect(try surplus.receiveToEnd().isEmpty)
            calls[0].close()
            let next = try waitFor("a free place") { try? host.gateway.get("/never_replies") }
            #expect(next.status == 200)
        }
    }

    // MARK: - Slow clients

    @Test func endsARequestWhoseHeadersTakeTooLong() throws {
        let setup = HostSetup([Self.replies], hostSettings: "limits: { requestHeadTimeout: 2s }")
        try withHost(setup) { host in
            let call = try host.gateway.connect()
            try call.send("GET /never_replies HTTP/1.1\r\nho")
            let reply = try call.receive()

            #expect(reply.status == 408)
            #expect(reply.text == #"{"message":"The request did not arrive in time."}"#)
            #expect(reply.head["connection"] == "close")
        }
    }

    @Test func givesTrickledHeadersNoMoreTime() throws {
        let setup = HostSetup([Self.replies], hostSettings: "limits: { requestHeadTimeout: 2s }")
        try withHost(setup) { host in
            let call = try host.gateway.connect()
            try call.send("GET /never_replies HTTP/1.1\r\n")
            // A byte at a time for ever, as long as the host takes them.
            try waitUntil("the host to lose patience") {
                try? call.send("x")
                return call.hasArrived
            }
            #expect(try call.receive().status == 408)
        }
    }

    @Test func endsARequestWhoseBodyStops() throws {
        let setup = HostSetup([Self.replies], hostSettings: "limits: { requestBodyTimeout: 2s }")
        try withHost(setup) { host in
            let call = try host.gateway.connect()
            try call.send("POST /never_replies HTTP/1.1\r\nhost: h\r\ncontent-length: 10\r\n\r\n12345")
            let reply = try call.receive()

            #expect(reply.status == 408)
            #expect(reply.text == #"{"message":"The request did not arrive in time."}"#)
        }
    }

    @Test func closesConnectionsThatAreIdle() throws {
        let setup = HostSetup([Self.replies], hostSettings: "limits: { idleTimeout: 2s, requestHeadTimeout: 2s }")
        try withHost(setup) { host in
            let used = try host.gateway.start("GET", "/never_replies")
            let unused = try host.gateway.connect()

            #expect(try used.receive().status == 200)
            #expect(try used.receiveToEnd().isEmpty)
            #expect(try unused.receiveToEnd().isEmpty)
        }
    }

    @Test func endsARepliesReaderThatStops() throws {
        let streams = TestFunction(fixture: "streams", settings: "timeout: 60")
        let setup = HostSetup([streams], hostSettings: "limits: { requestBodyTimeout: 2s }")
        try withHost(setup) { host in
            let call = try host.gateway.connect(receiveBufferBytes: 4_096)
            try call.send("POST", "/streams", body: Array("chunks 100000 size 10000".utf8))
            _ = try call.receiveHead()

            // Nothing is read any more, until the function hears of it.
            let line = try waitFor("the function's word") {
                try host.logLines(of: "streams").first { $0.source == "log" }
            }

            #expect(line.message.hasSuffix(": -11"))
        }
    }

    @Test func servesASlowClientThatMakesProgress() throws {
        let setup = HostSetup([TestFunction(fixture: "echo")], hostSettings: "limits: { requestBodyTimeout: 10s }")
        try withHost(setup) { host in
            let call = try host.gateway.connect()
            try call.send("POST /echo HTTP/1.1\r\nhost: h\r\ncontent-length: 40\r\n\r\n")
            for _ in 0..<40 {
                try call.send("y")
                // Each byte in a packet of its own.
                try waitUntil("the byte to be taken") { try call.unsentBytes() == 0 }
            }
            let reply = try call.receive()

            #expect(reply.status == 200)
            #expect(reply.text.contains(String(repeating: "y", count: 40)))
        }
    }

    // MARK: - Connections

    @Test func keepsAConnectionForManyRequests() throws {
        try withHost(TestFunction(fixture: "echo")) { host in
            let call = try host.gateway.connect()
            for number in 0..<20 {
                try call.send("POST", "/echo", body: Array("number \(number)".utf8))
                let reply = try call.receive()
                #expect(reply.status == 200)
                #expect(reply.text.contains("number \(number)"))
            }
            try call.send("GET", "/echo", headers: [("connection", "close")])
            #expect(try call.receive().head["connection"] == "close")
            #expect(try call.receiveToEnd().isEmpty)
        }
    }

    @Test func closesAfterAnHTTP10Request() throws {
        try withHost(Self.replies, TestFunction(fixture: "streams")) { host in
            let whole = try host.gateway.connect()
            try whole.send("GET /never_replies HTTP/1.0\r\n\r\n")
            let streamed = try host.gateway.connect()
            try streamed.send("GET /streams HTTP/1.0\r\n\r\n")
            let head = try streamed.receiveHead()

            #expect(try whole.receive().text == "null")
            #expect(try whole.receiveToEnd().isEmpty)
            // HTTP/1.0 has no chunks: the end of the connection is the end of the body.
            #expect(head["transfer-encoding"] == nil)
            #expect(try streamed.receiveToEnd() == Array("aaaaaaaaaabbbbbbbbbbcccccccccc".utf8))
        }
    }

    @Test func answersPipelinedRequestsInOrder() throws {
        try withHost(TestFunction(fixture: "slow"), TestFunction(fixture: "echo")) { host in
            let call = try host.gateway.connect()
            var requests = "POST /slow HTTP/1.1\r\nhost: h\r\ncontent-length: 6\r\n\r\nms 200"
            for number in 0..<50 {
                let body = "number \(number)."
                requests += "POST /echo HTTP/1.1\r\nhost: h\r\ncontent-length: \(body.count)\r\n\r\n\(body)"
            }
            try call.send(requests)

            #expect(try call.receive().text == #"{"ms":200}"#)
            for number in 0..<50 { #expect(try call.receive().text.contains("number \(number).")) }
        }
    }

    @Test func answersHEADWithoutABody() throws {
        try withHost(Self.reflects, TestFunction(fixture: "streams")) { host in
            let call = try host.gateway.connect()
            try call.send("HEAD", "/reflects?bytes")
            let reply = try call.receive(isHead: true)
            try call.send("HEAD", "/streams")
            let streamed = try call.receive(isHead: true)
            try call.send("GET", "/neighbour")
            let next = try call.receive()

            #expect(reply.status == 200)
            #expect(reply.head["content-length"] == "256")
            #expect(streamed.status == 201)
            #expect(next.status == 200)
            #expect(next.text.contains(#""rawPath":"/neighbour""#))
        }
    }

    @Test func asksForABodyThatIsHeldBack() throws {
        try withHost(TestFunction(fixture: "echo")) { host in
            let call = try host.gateway.connect()
            try call.send(
                "POST /echo HTTP/1.1\r\nhost: h\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n")
            #expect(try call.receive().status == 100)
            try call.send("hello")
            let reply = try call.receive()

            #expect(reply.status == 200)
            #expect(reply.text.contains("hello"))
        }
    }

    @Test func refusesABodyThatIsHeldBackWhenItIsTooLarge() throws {
        try withHost(Self.replies) { host in
            let call = try host.gateway.connect()
            try call.send(
                "POST /never_replies HTTP/1.1\r\nhost: h\r\nexpect: 100-continue\r\ncontent-length: 6291457\r\n\r\n")

            #expect(try call.receive().status == 413)
        }
    }

    @Test func putsChunkedRequestsTogether() throws {
        try withHost(TestFunction(fixture: "echo")) { host in
            let call = try host.gateway.connect()
            try call.send(
                "POST /echo HTTP/1.1\r\nhost: h\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n"
                    + "3\r\nabc\r\n2;extension=1\r\nde\r\n0\r\nx-trailer: 1\r\n\r\n")
            let event = try call.receive().json(EchoedEvent.self)

            #expect(event.body == "abcde")
            #expect(!event.isBase64Encoded)
        }
    }

    @Test(arguments: [
        "NONSENSE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "POST /echo HTTP/1.1\r\nhost: h\r\ncontent-length: x\r\n\r\n",
        "POST /echo HTTP/1.1\r\nhost: h\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nhost: h\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\nabcde",
        "POST /echo HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n\r\n",
        "GET nowhere HTTP/1.1\r\nhost: h\r\n\r\n",
    ])
    func refusesWhatIsNotARequest(request: String) throws {
        try withHost(TestFunction(fixture: "echo")) { host in
            let call = try host.gateway.connect()
            try call.send(request)
            let reply = try call.receive()

            #expect(reply.status == 400)
            #expect(reply.head["connection"] == "close")
            #expect(try call.receiveToEnd().isEmpty)
        }
    }

    // MARK: - What goes in and out

    @Test func givesTheFunctionPayloadFormat2() throws {
        try withHost(TestFunction(fixture: "echo")) { host in
            let reply = try host.gateway.call(
                "POST", "/echo/users/a%20b?name=J%C3%B6rg&tag=1&tag=2&empty",
                headers: [
                    ("Content-Type", "application/json"), ("Cookie", "a=1; b=2"), ("X-Twice", "1"), ("X-Twice", "2"),
                ], body: #"{"é":1}"#)
            let event = try reply.json(EchoedEvent.self)

            #expect(event.version == "2.0")
            #expect(event.routeKey == "ANY /echo/{proxy+}")
            #expect(event.rawPath == "/echo/users/a%20b")
            #expect(event.rawQueryString == "name=J%C3%B6rg&tag=1&tag=2&empty")
            #expect(event.queryStringParameters == ["name": "Jörg", "tag": "1,2", "empty": ""])
            #expect(event.pathParameters == ["proxy": "users/a b"])
            #expect(event.cookies == ["a=1", "b=2"])
            #expect(event.headers["x-twice"] == "1,2")
            #expect(event.headers["cookie"] == nil)
            #expect(event.body == #"{"é":1}"#)
            #expect(!event.isBase64Encoded)
        }
    }

    @Test(arguments: ["application/octet-stream", "text/plain"])
    func carriesBytesThatAreNoText(contentType: String) throws {
        try withHost(TestFunction(fixture: "echo")) { host in
            let call = try host.gateway.connect()
            try call.send(
                "POST", "/echo", headers: [("content-type", contentType)], body: [0, 255, 10, 13, 34, 92, 128])
            let event = try call.receive().json(EchoedEvent.self)

            #expect(event.isBase64Encoded)
            #expect(event.body == "AP8KDSJcgA==")
        }
    }

    @Test func carriesRepliesThatAreNoText() throws {
        try withHost(Self.reflects) { host in
            let bytes = try host.gateway.get("/reflects?bytes")
            let format2 = try host.gateway.get("/reflects?format2")

            #expect(bytes.head["content-type"] == "application/octet-stream")
            #expect(bytes.body == Array(0...255))
            #expect(format2.status == 203)
            #expect(format2.head["x-fixture"] == "reflects")
            #expect(format2.head["content-type"] == "image/png")
            #expect(format2.head.headers.filter { $0.name == "set-cookie" }.map(\.value) == ["a=1", "b=2"])
            #expect(format2.body == [0, 255, 254, 127])
        }
    }

    @Test func keepsFunctionsFromWritingTheHead() throws {
        try withHost(Self.reflects) { host in
            let call = try host.gateway.start("GET", "/reflects?inject")
            let reply = try call.receive()
            try call.send("GET", "/neighbour")

            #expect(reply.text == "safe")
            #expect(reply.head["x-injected"] == nil)
            #expect(reply.head["x-evil"] == "1  x-injected: 2    body")
            #expect(reply.head["x-bad_name_"] == "3")
            #expect(reply.head["content-length"] == "4")
            #expect(reply.head["connection"] == nil)
            #expect(try call.receive().status == 200)
        }
    }

    @Test(arguments: [204, 304, 404, 599])
    func sendsTheStatusOfTheFunction(status: Int) throws {
        try withHost(Self.reflects) { host in
            let call = try host.gateway.start("GET", "/reflects?status=\(status)")
            let reply = try call.receive()
            try call.send("GET", "/neighbour")

            #expect(reply.status == status)
            #expect(reply.head["content-length"] == (status == 204 || status == 304 ? nil : "0"))
            #expect(try call.receive().status == 200)
        }
    }

    @Test(arguments: [100, 199, 600, 0])
    func takesAStatusThatIsNoneForAnError(status: Int) throws {
        try withHost(Self.reflects) { host in
            let reply = try host.gateway.get("/reflects?status=\(status)")

            #expect(reply.status == 502)
        }
    }

    @Test func saysWhichFunctionIsNotThere() throws {
        try withHost(HostSetup()) { host in
            let unknown = try host.gateway.get("/nobody/home")
            let root = try host.gateway.get("/")

            #expect(unknown.status == 404)
            #expect(
                unknown.text == unknown.failureBody("ResourceNotFoundException", "Function not found: nobody"))
            #expect(root.status == 404)
            #expect(
                root.text
                    == #"{"message":"Name a function: /<function>. `brasa list` shows them.","errorType":"NotFound"}"#)
        }
    }
}

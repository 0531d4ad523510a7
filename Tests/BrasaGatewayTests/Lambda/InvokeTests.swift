import BrasaAWS
import BrasaGateway
import BrasaModel
import BrasaRouter
import ControlFixtures
import NIOCore
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(5)))
struct InvokeTests {
    private static let path = "/2015-03-31/functions/users/invocations"

    private static func failing(_ failure: Failure) -> ScriptedInvoker.Script {
        { event, responder in
            responder.complete(
                Outcome(requestID: event.requestID, executedVersion: "$LATEST", result: .failure(failure)))
        }
    }

    @Test(arguments: [true, false])
    func answersWithWhatTheFunctionReplies(sharesLoop: Bool) async throws {
        let fixture = try await APIFixture(sharesLoop: sharesLoop)

        let answer = try await fixture.send(.POST, Self.path, body: #"{"a":1}"#)

        #expect(answer.status == 200)
        #expect(answer.text == #"{"a":1}"#)
        #expect(answer.header("X-Amz-Executed-Version") == "$LATEST")
        #expect(answer.header("X-Amz-Function-Error") == nil)
        #expect(answer.header("x-amzn-RequestId").flatMap { RequestID($0) } != nil)
    }

    @Test func handsTheEventOver() async throws {
        let fixture = try await APIFixture { event, responder in
            let text =
                "\(event.function) \(event.qualifier ?? "-") \(event.trigger.rawValue) \(event.traceID) "
                + "\(event.metadata.map { "\($0.name)=\($0.value)" }) \(String(buffer: event.payload)) \(event.wantsLogTail)"
            responder.complete(
                Outcome(
                    requestID: event.requestID, executedVersion: "3",
                    result: .reply(Reply(metadata: [], body: ByteBuffer(string: text))), logTail: "START"))
        }

        let answer = try await fixture.send(
            .POST, "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Ausers/invocations",
            query: "Qualifier=live",
            headers: [
                "X-Amz-Log-Type": "Tail", "X-Amzn-Trace-Id": "Root=1",
                "X-Amz-Client-Context": APIFixture.base64(Array(#"{"k":1}"#.utf8)),
            ])

        #expect(answer.text == #"users live invoke Root=1 ["client-context={\"k\":1}"] {} true"#)
        #expect(answer.header("X-Amz-Log-Result") == APIFixture.base64(Array("START".utf8)))
        #expect(answer.header("X-Amz-Executed-Version") == "3")
    }

    @Test func answersNullWhenTheFunctionRepliesNothing() async throws {
        let fixture = try await APIFixture { event, responder in
            responder.complete(
                Outcome(requestID: event.requestID, result: .reply(Reply(metadata: [], body: ByteBuffer()))))
        }

        #expect(try await fixture.send(.POST, Self.path).text == "null")
    }

    @Test func answersAFunctionErrorAsASuccessOfTheService() async throws {
        let fixture = try await APIFixture(
            script: Self.failing(
                Failure(kind: .timeout, errorType: "Sandbox.Timedout", message: "Task timed out after 1.00 seconds")))

        let answer = try await fixture.send(.POST, Self.path)

        let id = try #require(answer.header("x-amzn-RequestId"))
        #expect(answer.status == 200)
        #expect(answer.header("X-Amz-Function-Error") == "Unhandled")
        #expect(answer.header("X-Amz-Executed-Version") == "$LATEST")
        #expect(
            answer.text
                == "{\"errorType\":\"Sandbox.Timedout\",\"errorMessage\":\"RequestId: \(id) Error: Task timed out after 1.00 seconds\"}"
        )
    }

    @Test func answers429WithTheReason() async throws {
        let fixture = try await APIFixture(
            script: Self.failing(
                Failure(kind: .throttled(.callerRateLimitExceeded), errorType: "", message: "")))

        let answer = try await fixture.send(.POST, Self.path)

        #expect(answer.status == 429)
        #expect(answer.header("Retry-After") == "1")
        #expect(answer.header("x-amzn-ErrorType") == "TooManyRequestsException")
        #expect(answer.text == #"{"Reason":"CallerRateLimitExceeded","Type":"User","message":"Rate Exceeded."}"#)
    }

    @Test func answersForFunctionsTheRouterDoesNotKnow() async throws {
        let fixture = try await APIFixture(
            script: Self.failing(Failure(kind: .notFound, errorType: "", message: "")))
        let arn = "arn:aws:lambda:us-east-1:000000000000:function:users"

        let none = try await fixture.send(.POST, Self.path)
        #expect(none.status == 404)
        #expect(none.text == "{\"Type\":\"User\",\"Message\":\"Function not found: \(arn)\"}")

        fixture.control.runner.hold()
        _ = try await fixture.control.catalog.create(
            FunctionCreation(
                name: "users", code: FunctionCode(library: [1], fileName: "users.so"), settings: FunctionSettings(),
                labels: VersionLabels(), publishes: false))
        let qualified = try await fixture.send(.POST, Self.path, query: "Qualifier=7")
        let pending = try await fixture.send(.POST, Self.path)
        fixture.control.runner.release()

        #expect(qualified.text == "{\"Type\":\"User\",\"Message\":\"Function not found: \(arn):7\"}")
        #expect(pending.status == 409)
        #expect(pending.header("x-amzn-ErrorType") == "ResourceConflictException")
    }

    @Test func refusesABodyThatIsNoJSON() async throws {
        let fixture = try await APIFixture()

        let answer = try await fixture.send(.POST, Self.path, body: "hello")

        #expect(answer.status == 400)
        #expect(answer.header("x-amzn-ErrorType") == "InvalidRequestContentException")
        #expect(
            answer.text == #"{"Type":"User","message":"Could not parse request body into json: "#
                + #"Could not parse payload into json: Unexpected character ('h' (code 104)) at byte 0"}"#)
    }

    @Test func refusesBodiesOverTheLimitOfTheirKind() async throws {
        let fixture = try await APIFixture()
        func body(_ size: Int) -> ByteBuffer { ByteBuffer(string: "\"\(String(repeating: "a", count: size - 2))\"") }
        func send(_ size: Int, _ headers: HTTPHeaders) async throws -> Answer {
            try await fixture.open(.POST, Self.path, headers: headers, body: body(size)).1.get()
        }

        #expect(try await send(6_291_456, [:]).status == 200)
        let synchronous = try await send(6_291_457, [:])
        let asynchronous = try await send(1_048_577, ["X-Amz-Invocation-Type": "Event"])

        #expect(synchronous.status == 413)
        #expect(synchronous.header("x-amzn-ErrorType") == "RequestTooLargeException")
        #expect(
            synchronous.text.contains("Request must be smaller than 6291456 bytes for the InvokeFunction operation"))
        #expect(asynchronous.status == 413)
    }

    @Test(arguments: [6_291_556, 6_291_557])
    func limitsTheReply(size: Int) async throws {
        let fixture = try await APIFixture { event, responder in
            responder.complete(
                Outcome(
                    requestID: event.requestID,
                    result: .reply(Reply(metadata: [], body: ByteBuffer(repeating: 0x20, count: size)))))
        }

        let answer = try await fixture.send(.POST, Self.path)

        if size == 6_291_556 {
            #expect(answer.body.readableBytes == size)
        } else {
            #expect(answer.header("X-Amz-Function-Error") == "Unhandled")
            #expect(answer.text.contains("Function.ResponseSizeTooLarge"))
        }
    }

    @Test func storesAnEventWhoseCallerDoesNotWait() async throws {
        let fixture = try await APIFixture()
        let missing = try await fixture.send(.POST, Self.path, headers: ["X-Amz-Invocation-Type": "Event"])
        _ = try await fixture.create("users")

        let answer = try await fixture.send(
            .POST, Self.path, headers: ["X-Amz-Invocation-Type": "Event"], body: "[1]")
        let old = try await fixture.send(.POST, "/2014-11-13/functions/users/invoke-async", body: "[2]")

        #expect(missing.status == 404)
        #expect(answer.status == 202)
        #expect(answer.text == "")
        #expect(answer.header("X-Amz-Executed-Version") == nil)
        #expect(old.status == 202)
        #expect(fixture.asyncInvoker.events.map { String(buffer: $0.payload) } == ["[1]", "[2]"])
        #expect(fixture.asyncInvoker.events.allSatisfy { $0.trigger == .async })
        #expect(fixture.asyncInvoker.events.first?.requestID.description == answer.header("x-amzn-RequestId"))
    }

    @Test func onlyChecksOnADryRun() async throws {
        let fixture = try await APIFixture { _, _ in Issue.record("a dry run was invoked") }
        _ = try await fixture.create("users")

        let known = try await fixture.send(.POST, Self.path, headers: ["X-Amz-Invocation-Type": "DryRun"])
        let unknown = try await fixture.send(
            .POST, Self.path, query: "Qualifier=9", headers: ["X-Amz-Invocation-Type": "DryRun"])

        #expect(known.status == 204)
        #expect(unknown.status == 404)
    }

    @Test(
        arguments: [
            (["X-Amz-Invocation-Type": "Later"], "ValidationException", "at 'invocationType'"),
            (["X-Amz-Log-Type": "All"], "ValidationException", "at 'logType'"),
            (["X-Amz-Client-Context": "!"], "InvalidRequestContentException", "valid Base64-encoded JSON object"),
            (["X-Amz-Client-Context": String(repeating: "A", count: 3_584)], "InvalidRequestContentException", "3583"),
        ] as [(HTTPHeaders, String, String)])
    func refusesHeadersThatCannotBe(headers: HTTPHeaders, type: String, part: String) async throws {
        let answer = try await APIFixture().send(.POST, Self.path, headers: headers)

        #expect(answer.status == 400)
        #expect(answer.header("x-amzn-ErrorType") == type)
        #expect(answer.text.contains(part))
    }

    @Test func collectsAStreamedReply() async throws {
        let fixture = try await APIFixture { event, responder in
            responder.begin(metadata: [], stream: ScriptedStream())
            #expect(responder.write(ByteBuffer(string: "[1,")))
            #expect(responder.write(ByteBuffer(string: "2]")))
            responder.complete(Outcome(requestID: event.requestID, result: .streamed))
        }

        let answer = try await fixture.send(.POST, Self.path)

        #expect(answer.text == "[1,2]")
        #expect(!answer.isStreamed)
    }

    @Test func stopsCollectingAtTheLimit() async throws {
        var limits = LambdaLimits()
        limits.responseBytes = 10
        let fixture = try await APIFixture(limits: limits) { event, responder in
            let stream = ScriptedStream()
            responder.begin(metadata: [], stream: stream)
            _ = responder.write(ByteBuffer(string: "0123456789"))
            #expect(stream.closes == 0)
            _ = responder.write(ByteBuffer(string: "a"))
            #expect(stream.closes == 1)
            responder.complete(Outcome(requestID: event.requestID, result: .streamed))
        }

        let answer = try await fixture.send(.POST, Self.path)

        #expect(
            answer.text
                == #"{"errorMessage":"Response payload size exceeded maximum allowed payload size (10 bytes).","#
                + #""errorType":"Function.ResponseSizeTooLarge"}"#)
    }
}

/// Counts what is asked of it.
///
/// Used on the engine's loop only.
final class ScriptedStream: ReplyStream {
    let executedVersion = "3"
    private(set) var resumes = 0
    private(set) var closes = 0
    var onResume: () -> Void = {}

    func resume() {
        self.resumes += 1
        self.onResume()
    }

    func close() {
        self.closes += 1
    }
}

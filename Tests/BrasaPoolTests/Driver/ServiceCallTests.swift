import BrasaModel
import Dispatch
import NIOCore
import Synchronization
import Testing

/// What functions ask the host's services, through a real worker.
@Suite(.timeLimit(.minutes(5)))
struct ServiceCallTests {
    @Test func answersAtOnceOrFromAnotherThread() async throws {
        let services = EchoServices()
        try await EngineBed.with(services) { bed in
            let version = try await bed.start("calls_service")

            #expect(try await bed.reply(version, #"{"a":1}"#) == #"0|||0|{"a":1}"#)
            services.isLate.withLock { $0 = true }
            #expect(try await bed.reply(version, #"{"body":5}"#) == #"0|||5|{"body":5}"#)
            let request = try #require(services.requests.first)
            #expect(request.service == "echo")
            #expect(request.operation == "Repeat")
            #expect(request.caller == .function(VersionKey(function: "calls_service")))
        }
    }

    @Test func carriesBodiesThatDoNotFitAFrame() async throws {
        let services = EchoServices()
        try await EngineBed.with(services) { bed in
            let version = try await bed.start("calls_service")
            let large = String(repeating: "x", count: 300_000)

            let reply = try await bed.reply(version, #"{"body":3000000,"text":"\#(large)"}"#)

            #expect(reply == #"0|||3000000|{"body":3000000,"text":"\#(large)"}"#)
            #expect(services.requests.last?.content.readableBytes == 3_000_000)
            // The arena is used again.
            #expect(try await bed.reply(version, "{}") == "0|||0|{}")
        }
    }

    @Test func makesManyCallsInOneInvocation() async throws {
        let services = EchoServices()
        try await EngineBed.with(services) { bed in
            let version = try await bed.start("calls_service")

            #expect(try await bed.reply(version, #"{"calls":1000}"#) == #"0|||0|{"calls":1000}"#)
            #expect(services.requests.count == 1_000)
        }
    }

    @Test func handsFailuresToTheFunction() async throws {
        let services = EchoServices()
        try await EngineBed.with(services) { bed in
            let version = try await bed.start("calls_service")

            #expect(
                try await bed.reply(version, #"{"unknown":1}"#)
                    == #"-4|ResourceNotFoundException|No teapot here.|0|{"Kind":"teapot"}"#)
            #expect(
                try await bed.reply(version, #"{"null":1}"#)
                    == "-3|InvalidRequest|A pointer of the request is NULL though its length is not 0.|0|")
            #expect(
                try await bed.reply(version, #"{"huge":1}"#)
                    == "-7|RequestEntityTooLargeException|A service call carries at most 17 MiB.|0|")
            #expect(try await bed.reply(version, #"{"late":1}"#) == "early")
        }
    }

    @Test func endsTheFunctionAtItsDeadlineWhileAServiceIsSlow() async throws {
        let services = EchoServices()
        try await EngineBed.with(services) { bed in
            // The limit of the next call too, which begins with a fork and may not miss it.
            let version = try await bed.start("calls_service", timeoutMilliseconds: 4_000)
            services.isHolding.withLock { $0 = true }

            let outcome = try await bed.invoke(version, "{}")

            guard case .failure(let failure) = outcome.result else {
                Issue.record("The function answered: \(outcome)")
                return
            }
            #expect(failure.kind == .timeout)
            // The answer comes when nobody is there any more, and the next instance gets its own.
            services.isHolding.withLock { $0 = false }
            services.answerHeld()
            #expect(try await bed.reply(version, #"{"b":2}"#) == #"0|||0|{"b":2}"#)
        }
    }
}

/// Answers with what it was asked; fails for services other than "echo".
private final class EchoServices: ServicePerformer {
    /// Whether it answers later, from another thread.
    let isLate = Mutex(false)
    /// Whether it keeps answers back until `answerHeld`.
    let isHolding = Mutex(false)
    private let held = Mutex<[@Sendable () -> Void]>([])
    private let seen = Mutex<[ServiceRequest]>([])

    var requests: [ServiceRequest] { self.seen.withLock { $0 } }

    func answerHeld() {
        let held = self.held.withLock { held in
            defer { held = [] }
            return held
        }
        for answer in held { answer() }
    }

    func perform(
        _ request: ServiceRequest, completion: @escaping @Sendable (Result<ServiceResponse, ServiceFailure>) -> Void
    ) {
        self.seen.withLock { $0.append(request) }
        let outcome: Result<ServiceResponse, ServiceFailure> =
            request.service == "echo"
            ? .success(ServiceResponse(result: request.parameters, content: request.content))
            : .failure(
                ServiceFailure(
                    .notFound, type: "ResourceNotFoundException", message: "No \(request.service) here.",
                    members: ByteBuffer(string: "\"Kind\":\"\(request.service)\"")))
        guard !self.isHolding.withLock({ $0 }) else {
            self.held.withLock { $0.append { completion(outcome) } }
            return
        }
        guard self.isLate.withLock({ $0 }) else { return completion(outcome) }
        DispatchQueue.global().async { completion(outcome) }
    }
}

import BrasaBench
import BrasaModel
import NIOCore
import NIOPosix
import Testing

/// Calls inside the host, on a real event loop.
@Suite(.timeLimit(.minutes(5)))
struct LoadDriverTests {
    /// Answers calls at once, later, or not at all until told.
    private final class Function {
        var calls = 0
        var answer: (Int) -> Outcome.Result = { _ in .reply(Reply(metadata: [], body: ByteBuffer())) }
        var delay: TimeAmount?
        var payloads: [String] = []
    }

    private func run(
        _ plan: LoadPlan, events: [String] = ["{}"], _ function: @escaping @Sendable () -> Function
    ) async throws -> (result: LoadResult, function: (calls: Int, payloads: [String])) {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        return try await loop.flatSubmit {
            let function = function()
            let bound = NIOLoopBound(function, eventLoop: loop)
            let driver = LoadDriver(
                plan, loop: loop, function: "f", events: events.map { ByteBuffer(string: $0) },
                invoke: { event, responder in
                    let function = bound.value
                    function.calls += 1
                    function.payloads.append(String(buffer: event.payload))
                    let outcome = Outcome(requestID: event.requestID, result: function.answer(function.calls))
                    guard let delay = function.delay else { return responder.complete(outcome) }
                    let waiting = NIOLoopBound(responder, eventLoop: loop)
                    loop.scheduleTask(in: delay) { waiting.value.complete(outcome) }
                }, onProgress: { _ in })
            let kept = NIOLoopBound(driver, eventLoop: loop)
            return driver.start().map { result in
                _ = kept.value
                return (result, (bound.value.calls, bound.value.payloads))
            }
        }.get()
    }

    @Test func countsCallsThatFailByTheirError() async throws {
        let (result, function) = try await self.run(LoadPlan(connections: 2, durationNanoseconds: 100_000_000)) {
            let function = Function()
            function.delay = .milliseconds(1)
            function.answer = { number in
                number % 2 == 0
                    ? .failure(Failure(kind: .function, errorType: "Odd", message: "It is even."))
                    : .reply(Reply(metadata: [], body: ByteBuffer()))
            }
            return function
        }

        #expect(result.total.invocations == function.calls)
        #expect(result.total.errors == ["Odd": function.calls / 2])
        #expect(result.total.warm.count == function.calls - function.calls / 2)
    }

    @Test func takesEventsInTurn() async throws {
        let (_, function) = try await self.run(
            LoadPlan(connections: 1, durationNanoseconds: 500_000_000), events: ["1", "2", "3"]
        ) {
            let function = Function()
            function.delay = .milliseconds(1)
            return function
        }

        #expect(function.payloads.count > 3)
        #expect(function.payloads == (0..<function.payloads.count).map { ["1", "2", "3"][$0 % 3] })
    }

    @Test func leavesTheLoopAliveWhenEveryCallIsRefusedAtOnce() async throws {
        let (result, function) = try await self.run(LoadPlan(connections: 4, durationNanoseconds: 200_000_000)) {
            let function = Function()
            function.answer = { _ in
                .failure(Failure(kind: .host, errorType: "Refused", message: "No."))
            }
            return function
        }

        // Eight at most for each millisecond's pause: the loop had time for others, and the load came to its end.
        #expect(function.calls <= 8 * 201)
        #expect(result.total.errorCount == result.total.invocations)
    }

    @Test func showsHowLongCallsWaitedThatAnOpenLoopCouldNotBegin() async throws {
        // One at a time, 20 ms each, 200 a second: three of four are still waiting at the end.
        let (result, function) = try await self.run(
            LoadPlan(connections: 1, ratePerSecond: 200, durationNanoseconds: 500_000_000)
        ) {
            let function = Function()
            function.delay = .milliseconds(20)
            return function
        }

        #expect(result.total.neverBegun > 0)
        #expect(result.total.invocations + result.total.neverBegun == 100)
        #expect(result.total.invocations == function.calls)
        // Counted from the send, each call would have taken little more than 20 ms.
        #expect(result.total.warm.percentile(50) > 100_000_000)
    }
}

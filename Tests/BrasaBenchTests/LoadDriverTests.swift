import BrasaBench
import BrasaModel
import NIOCore
import NIOEmbedded
import Testing

/// Calls inside the host, on an event loop whose time passes as the tests say.
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
        let loop = NIOAsyncTestingEventLoop()
        let (bound, ended) = try await loop.executeInContext {
            let bound = NIOLoopBound(function(), eventLoop: loop)
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
            return (bound, driver.start().map { result in (kept, result).1 })
        }
        // Long enough for what is under way at the end of any plan here.
        await loop.advanceTime(by: .seconds(10))
        let result = try await ended.get()
        let calls = try await loop.executeInContext { (bound.value.calls, bound.value.payloads) }
        return (result, calls)
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

        // Two at a time, a millisecond each.
        #expect(function.calls == 200)
        #expect(result.total.invocations == 200)
        #expect(result.total.errors == ["Odd": 100])
        #expect(result.total.warm.count == 100)
    }

    @Test func takesEventsInTurn() async throws {
        let (_, function) = try await self.run(
            LoadPlan(connections: 1, durationNanoseconds: 500_000_000), events: ["1", "2", "3"]
        ) {
            let function = Function()
            function.delay = .milliseconds(1)
            return function
        }

        #expect(function.payloads == (0..<500).map { ["1", "2", "3"][$0 % 3] })
    }

    @Test func leavesTheLoopAliveWhenEveryCallIsRefusedAtOnce() async throws {
        let (result, function) = try await self.run(LoadPlan(connections: 4, durationNanoseconds: 200_000_000)) {
            let function = Function()
            function.answer = { _ in
                .failure(Failure(kind: .host, errorType: "Refused", message: "No."))
            }
            return function
        }

        // Eight for each millisecond's pause: the loop had time for others, and the load came to its end.
        #expect(function.calls == 8 * 200)
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

        #expect(function.calls == 25)
        #expect(result.total.invocations == 25)
        #expect(result.total.neverBegun == 75)
        // Counted from the send, each call would have taken 20 ms; they were due every 5 ms and waited for all before.
        #expect(result.total.warm.percentile(100) >= 380_000_000)
        #expect(result.total.warm.percentile(50) > 100_000_000)
    }
}

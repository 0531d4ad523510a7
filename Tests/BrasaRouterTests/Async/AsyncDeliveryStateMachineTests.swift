import BrasaModel
import Testing

@testable import BrasaRouter

/// The state machine with a clock that the test sets, a catalog of policies, and a store that confirms on demand.
private struct Bench {
    var machine: AsyncDeliveryStateMachine
    var now: Int64 = 1_000_000
    var policies: [String: AsyncPolicy] = ["f": AsyncPolicy(), "g": AsyncPolicy(), "h": AsyncPolicy()]
    private var lastID: Int64 = 0

    init(_ change: (inout AsyncDeliveryConfiguration) -> Void = { _ in }) {
        var configuration = AsyncDeliveryConfiguration()
        change(&configuration)
        self.machine = AsyncDeliveryStateMachine(configuration: configuration)
    }

    mutating func store(_ function: String = "f", count: Int = 1, bytes: Int = 10) -> [AsyncDeliveryStateMachine.Action]
    {
        var actions: [AsyncDeliveryStateMachine.Action] = []
        for _ in 0..<count {
            self.lastID += 1
            actions += self.restore(
                AsyncEventSummary(
                    id: self.lastID, function: function, payloadBytes: bytes, storedAtMilliseconds: self.now,
                    nextAttemptMilliseconds: self.now))
        }
        return actions
    }

    mutating func restore(_ summaries: AsyncEventSummary...) -> [AsyncDeliveryStateMachine.Action] {
        self.machine.stored(summaries, now: self.now, policies: { [policies] in policies[$0.function] })
    }

    mutating func end(_ id: Int64, _ verdict: AsyncVerdict) -> [AsyncDeliveryStateMachine.Action] {
        self.machine.ended(id, verdict, now: self.now, policies: { [policies] in policies[$0.function] })
    }

    mutating func settle(_ id: Int64) -> [AsyncDeliveryStateMachine.Action] {
        self.machine.settled(id, now: self.now, policies: { [policies] in policies[$0.function] })
    }

    mutating func finish(_ id: Int64) -> [AsyncDeliveryStateMachine.Action] {
        let decided = self.end(id, .handled)
        return decided.filter { $0 != .delete(id: id) } + self.settle(id)
    }

    mutating func advance(by milliseconds: Int64) -> [AsyncDeliveryStateMachine.Action] {
        self.now += milliseconds
        return self.machine.advance(now: self.now, policies: { [policies] in policies[$0.function] })
    }

    /// Time until the machine wants to be woken; nil: it does not.
    var sleep: Int64? { self.machine.nextWake.map { $0 - self.now } }
}

private let error = AsyncDeliveryError(errorType: "Sandbox.Timedout", message: "Timed out.")

extension AsyncDeliveryStateMachine.Action {
    fileprivate var delivered: Int64? {
        if case .deliver(let id, _) = self { id } else { nil }
    }

    fileprivate var death: AsyncDeath? {
        if case .bury(_, _, let death) = self { death } else { nil }
    }
}

@Suite struct AsyncDeliveryStateMachineTests {
    // MARK: - One event

    @Test func deliversAtOnceAndForgetsWhatWasHandled() {
        var bench = Bench()

        #expect(bench.store() == [.deliver(id: 1, attempt: 1)])
        #expect(bench.end(1, .handled) == [.delete(id: 1)])
        #expect(bench.machine.runningCount == 1)
        #expect(bench.settle(1) == [])

        #expect(bench.machine.runningCount == 0)
        #expect(bench.machine.waitingCount == 0)
        #expect(bench.sleep == nil)
    }

    @Test func repeatsAfterOneAndThenTwoMinutesAndGivesUpAfterTheThirdFailure() {
        var bench = Bench()
        _ = bench.store()

        #expect(
            bench.end(1, .failed(error))
                == [.reschedule(id: 1, failedAttempts: 1, atMilliseconds: bench.now + 60_000, error: error)])
        #expect(bench.settle(1) == [])
        #expect(bench.sleep == 60_000)
        #expect(bench.advance(by: 59_999) == [])
        #expect(bench.advance(by: 1) == [.deliver(id: 1, attempt: 2)])

        #expect(
            bench.end(1, .failed(error))
                == [.reschedule(id: 1, failedAttempts: 2, atMilliseconds: bench.now + 120_000, error: error)])
        #expect(bench.settle(1) == [])
        #expect(bench.advance(by: 119_999) == [])
        #expect(bench.advance(by: 1) == [.deliver(id: 1, attempt: 3)])

        let death = AsyncDeath(
            reason: .retriesExhausted, lastError: error, failedAttempts: 3, diedAtMilliseconds: bench.now)
        #expect(bench.end(1, .failed(error)) == [.bury(id: 1, function: "f", death)])
        #expect(bench.settle(1) == [])
        #expect(bench.sleep == nil)
    }

    @Test(arguments: 0...2)
    func repeatsAsOftenAsTheFunctionSays(_ retries: Int) {
        var bench = Bench()
        bench.policies["f"]?.maximumRetryAttempts = retries
        var deliveries = bench.store().compactMap(\.delivered).count
        var death: AsyncDeath?

        for _ in 0..<10 where death == nil {
            death = bench.end(1, .failed(error)).compactMap(\.death).first
            _ = bench.settle(1)
            deliveries += bench.advance(by: 120_000).compactMap(\.delivered).count
        }

        #expect(deliveries == retries + 1)
        #expect(death?.failedAttempts == retries + 1)
        #expect(death?.reason == .retriesExhausted)
    }

    @Test func asksForThePolicyWhenAnAttemptEnds() {
        var bench = Bench()
        _ = bench.store()
        bench.policies["f"]?.maximumRetryAttempts = 0

        #expect(bench.end(1, .failed(error)).first?.death?.reason == .retriesExhausted)
    }

    @Test func usesTheLastDelayForFurtherRetries() {
        var bench = Bench { $0.retryDelaysMilliseconds = [5] }
        _ = bench.store()
        _ = bench.end(1, .failed(error))
        _ = bench.settle(1)
        _ = bench.advance(by: 5)

        #expect(
            bench.end(1, .failed(error))
                == [.reschedule(id: 1, failedAttempts: 2, atMilliseconds: bench.now + 5, error: error)])
    }

    @Test func doesNotCountRefusalsAndDoublesTheirWaitUpToFiveMinutes() {
        var bench = Bench()
        _ = bench.store()
        var waits: [Int64] = []

        for refusal in [.host, .stopping]
            + Array(repeating: AsyncRefusal.throttled(.callerRateLimitExceeded), count: 10)
        {
            #expect(bench.end(1, .refused(refusal)) == [])
            let start = bench.now
            var delivered: [AsyncDeliveryStateMachine.Action] = []
            while delivered.isEmpty, let sleep = bench.sleep { delivered = bench.advance(by: sleep) }
            #expect(delivered == [.deliver(id: 1, attempt: 1)])
            waits.append(bench.now - start)
        }

        #expect(waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300].map { $0 * 1_000 })
    }

    @Test func startsTheWaitsAgainAfterAnAdmittedAttempt() {
        var bench = Bench()
        _ = bench.store()
        _ = bench.end(1, .refused(.host))
        _ = bench.advance(by: 1_000)
        _ = bench.end(1, .refused(.host))
        _ = bench.advance(by: 2_000)
        _ = bench.end(1, .failed(error))
        _ = bench.settle(1)
        #expect(bench.advance(by: 60_000) == [.deliver(id: 1, attempt: 2)])

        _ = bench.end(1, .refused(.host))

        #expect(bench.sleep == 1_000)
    }

    // MARK: - Deaths

    @Test func givesUpAnEventAtItsAgeAndNotOnlyAtItsNextAttempt() {
        var bench = Bench()
        bench.policies["f"]?.maximumAgeMilliseconds = 100_000
        _ = bench.store()
        _ = bench.advance(by: 50_000)
        _ = bench.end(1, .failed(error))
        _ = bench.settle(1)

        #expect(bench.sleep == 50_000)
        #expect(bench.advance(by: 49_999) == [])
        let death = bench.advance(by: 1).first?.death

        #expect(death?.reason == .eventAgeExceeded)
        #expect(death?.failedAttempts == 1)
    }

    @Test func keepsTheRefusalThatAnEventGrewOldWith() {
        var bench = Bench()
        bench.policies["f"]?.maximumAgeMilliseconds = 60_000
        _ = bench.store()
        _ = bench.end(1, .refused(.throttled(.concurrentInvocationLimitExceeded)))

        let death = bench.advance(by: 60_000).first?.death

        #expect(death?.reason == .eventAgeExceeded)
        #expect(death?.lastError?.errorType == "TooManyRequestsException")
        #expect(death?.lastError?.message.contains("ConcurrentInvocationLimitExceeded") == true)
    }

    @Test func goesByAGreaterAgeThatWasSetMeanwhile() {
        var bench = Bench()
        bench.policies["f"]?.maximumAgeMilliseconds = 60_000
        _ = bench.store()
        _ = bench.advance(by: 30_000)
        _ = bench.end(1, .failed(error))
        _ = bench.settle(1)
        bench.policies["f"]?.maximumAgeMilliseconds = 600_000

        #expect(bench.advance(by: 30_000) == [])
        #expect(bench.sleep == 30_000)
        #expect(bench.advance(by: 30_000) == [.deliver(id: 1, attempt: 2)])
    }

    @Test func givesUpEventsOfADeletedFunction() {
        var bench = Bench()
        _ = bench.store()
        _ = bench.end(1, .failed(error))
        _ = bench.settle(1)
        bench.policies["f"] = nil

        #expect(bench.advance(by: 60_000).first?.death?.reason == .functionNotFound)
        #expect(bench.store("f").first?.death?.reason == .functionNotFound)
    }

    @Test func givesUpAnEventWhoseFunctionIsDeletedWhileItFails() {
        var bench = Bench()
        _ = bench.store()
        bench.policies["f"] = nil

        let death = bench.end(1, .failed(error)).first?.death

        #expect(death?.reason == .functionNotFound)
        #expect(death?.lastError == error)
    }

    @Test func givesUpEventsOfAFunctionThatIsSwitchedOff() {
        var bench = Bench()
        bench.policies["f"]?.isSwitchedOff = true

        #expect(bench.store().first?.death?.reason == .zeroReservedConcurrency)
    }

    @Test func givesUpAnEventThatWasRefusedBecauseItsFunctionWasSwitchedOff() {
        var bench = Bench()
        _ = bench.store(count: 2)
        _ = bench.end(1, .refused(.throttled(.reservedFunctionConcurrentInvocationLimitExceeded)))
        bench.policies["f"]?.isSwitchedOff = true

        let death = bench.end(2, .refused(.throttled(.reservedFunctionConcurrentInvocationLimitExceeded))).first?.death

        #expect(death?.reason == .zeroReservedConcurrency)
        #expect(bench.machine.waitingCount == 1)
    }

    @Test func givesUpWhatCannotSucceed() {
        var bench = Bench()
        _ = bench.store()

        let death = bench.end(1, .hopeless(.eventTooLarge, error)).first?.death

        #expect(death?.reason == .eventTooLarge)
        #expect(death?.lastError == error)
    }

    @Test func forgetsAnEventThatIsNotStoredAnyMore() {
        var bench = Bench()
        _ = bench.store()

        #expect(bench.end(1, .vanished) == [])
        #expect(bench.machine.runningCount == 0)
    }

    // MARK: - Earlier runs

    @Test func takesUpWhereAnEarlierRunEnded() {
        var bench = Bench()
        let waiting = AsyncEventSummary(
            id: 5, function: "f", payloadBytes: 1, storedAtMilliseconds: bench.now - 10_000, failedAttempts: 1,
            nextAttemptMilliseconds: bench.now + 50_000)
        let inFlight = AsyncEventSummary(
            id: 6, function: "f", payloadBytes: 1, storedAtMilliseconds: bench.now - 10_000, failedAttempts: 2,
            nextAttemptMilliseconds: bench.now - 1)
        let old = AsyncEventSummary(
            id: 7, function: "f", payloadBytes: 1, storedAtMilliseconds: bench.now - 21_600_000,
            nextAttemptMilliseconds: bench.now - 1)

        let actions = bench.restore(waiting, inFlight, old)

        #expect(actions.count == 2)
        #expect(actions.contains(.deliver(id: 6, attempt: 3)))
        #expect(actions.compactMap(\.death).map(\.reason) == [.eventAgeExceeded])
        #expect(bench.sleep == 50_000)
    }

    @Test func doesNotWaitForAClockThatWasAhead() {
        var bench = Bench()
        let year: Int64 = 365 * 86_400_000

        #expect(
            bench.restore(
                AsyncEventSummary(
                    id: 5, function: "f", payloadBytes: 1, storedAtMilliseconds: bench.now + year,
                    nextAttemptMilliseconds: bench.now + year)) == [])
        #expect(bench.advance(by: 120_000) == [.deliver(id: 5, attempt: 1)])
        _ = bench.end(5, .refused(.host))
        // Its age counts from the moment it was taken over.
        var actions: [AsyncDeliveryStateMachine.Action] = []
        while actions.compactMap(\.death).isEmpty {
            for id in actions.compactMap(\.delivered) { _ = bench.end(id, .refused(.host)) }
            actions = bench.advance(by: bench.sleep ?? 0)
        }
        #expect(bench.now == 1_000_000 + 21_600_000)
    }

    // MARK: - Limits

    @Test func boundsTheDeliveriesOfAFunctionAndStartsTheNextWhenOneIsSettled() {
        var bench = Bench { $0.maximumInFlightPerFunction = 2 }

        #expect(bench.store(count: 4).compactMap(\.delivered) == [1, 2])
        #expect(bench.end(1, .handled) == [.delete(id: 1)])
        #expect(bench.settle(1) == [.deliver(id: 3, attempt: 1)])
        #expect(bench.machine.waitingCount == 1)
        #expect(bench.sleep == nil)
    }

    @Test func givesEachFunctionItsTurnWhenThereIsNoRoomForAll() {
        var bench = Bench { $0.maximumInFlight = 4 }
        var running = bench.store("f", count: 100).compactMap(\.delivered)
        #expect(running == [1, 2, 3, 4])
        // A function that has none on its way is let through though the others have taken all there is.
        running += bench.store("g", count: 100).compactMap(\.delivered)
        running += bench.store("h", count: 100).compactMap(\.delivered)
        #expect(running == [1, 2, 3, 4, 101, 201])

        var starts = [0, 0, 0]
        for _ in 0..<92 {
            for id in bench.finish(running.removeFirst()).compactMap(\.delivered) {
                running.append(id)
                starts[Int(id - 1) / 100] += 1
            }
        }

        // The first two ends only bring the six down to the limit of four.
        #expect(running.count == 4)
        #expect(starts == [30, 30, 30])
    }

    @Test func letsAFunctionThroughWhoseLastDeliveryEndsWhileOthersHaveTakenAllThereIs() {
        var bench = Bench { $0.maximumInFlight = 1 }
        #expect(bench.store("f", count: 3).compactMap(\.delivered) == [1])
        #expect(bench.store("g", count: 3).compactMap(\.delivered) == [4])

        #expect(bench.finish(1) == [.deliver(id: 2, attempt: 1)])
        #expect(bench.finish(2) == [.deliver(id: 3, attempt: 1)])
    }

    @Test func boundsThePayloadBytesOnTheirWay() {
        var bench = Bench { $0.maximumInFlightBytes = 100 }

        #expect(bench.store("f", count: 5, bytes: 60).compactMap(\.delivered) == [1, 2])
        #expect(bench.store("g", count: 2, bytes: 60).compactMap(\.delivered) == [6])
        // The payload is given back at the end, before the store has confirmed.
        #expect(bench.end(6, .handled) == [.delete(id: 6)])
        #expect(bench.end(1, .handled) == [.delete(id: 1), .deliver(id: 3, attempt: 1)])
    }

    // MARK: - Refusals and the other functions

    @Test func probesAFunctionThatThrottlesOnceASecondHoweverManyEventsWait() {
        var bench = Bench()
        let first = bench.store(count: 1_000).compactMap(\.delivered)
        #expect(first.count == 64)
        for id in first { #expect(bench.end(id, .refused(.throttled(.concurrentInvocationLimitExceeded))) == []) }

        var probes = 0
        let end = bench.now + 30_000
        while bench.now < end {
            for id in bench.advance(by: bench.sleep ?? 0).compactMap(\.delivered) {
                probes += 1
                _ = bench.end(id, .refused(.throttled(.concurrentInvocationLimitExceeded)))
            }
        }

        #expect(probes == 30)
    }

    @Test func deliversOtherFunctionsWhileOneThrottles() {
        var bench = Bench { $0.maximumInFlight = 64 }
        for id in bench.store("f", count: 1_000).compactMap(\.delivered) {
            _ = bench.end(id, .refused(.throttled(.concurrentInvocationLimitExceeded)))
        }

        #expect(bench.store("g", count: 50).compactMap(\.delivered).count == 50)
    }

    @Test func settlesAtWhatAFunctionAdmitsAndTriesForMore() {
        var bench = Bench()
        let started = bench.store(count: 500).compactMap(\.delivered)
        for id in started.dropFirst(10) { _ = bench.end(id, .refused(.throttled(.callerRateLimitExceeded))) }
        #expect(bench.machine.runningCount == 10)

        var running = Array(started.prefix(10))
        var most = 10
        for _ in 0..<200 {
            let id = running.removeFirst()
            running += bench.finish(id).compactMap(\.delivered)
            most = max(most, running.count)
        }

        // Ten ends for one more, then eleven, then twelve …
        #expect(most > 15 && most <= 25, "\(most)")
        #expect(running.count == bench.machine.runningCount)
    }

    @Test func goesOnAtOnceWhenADeliveryOfAPausedFunctionEnds() {
        var bench = Bench { $0.maximumInFlightPerFunction = 2 }
        _ = bench.store(count: 3)
        _ = bench.end(2, .refused(.throttled(.callerRateLimitExceeded)))

        #expect(bench.finish(1) == [.deliver(id: 3, attempt: 1)])
    }

    // MARK: - A store that fails

    @Test func asksAFailingStoreAgainAndDeliversNothingElseMeanwhile() {
        var bench = Bench { $0.maximumInFlightPerFunction = 1 }
        _ = bench.store(count: 2)
        _ = bench.end(1, .failed(error))
        let change = AsyncDeliveryStateMachine.Action.reschedule(
            id: 1, failedAttempts: 1, atMilliseconds: bench.now + 60_000, error: error)

        bench.machine.notSettled(1, now: bench.now)
        #expect(bench.sleep == 1_000)
        #expect(bench.advance(by: 999) == [])
        #expect(bench.advance(by: 1) == [change])
        bench.machine.notSettled(1, now: bench.now)
        #expect(bench.advance(by: 1_000) == [change])

        #expect(bench.settle(1) == [.deliver(id: 2, attempt: 1)])
        #expect(bench.sleep == 58_000)
    }

    // MARK: - Stopping

    @Test func startsNothingOnceItStops() {
        var bench = Bench { $0.maximumInFlightPerFunction = 1 }
        _ = bench.store(count: 2)
        bench.machine.stop()

        #expect(bench.store("g") == [])
        #expect(bench.finish(1) == [])
        #expect(bench.advance(by: 600_000) == [])

        #expect(bench.sleep == nil)
        #expect(bench.machine.runningCount == 0)
        #expect(bench.machine.waitingCount == 2)
    }

    @Test func doesNotWaitForAFailingStoreWhileItStops() {
        var bench = Bench()
        _ = bench.store(count: 2)
        _ = bench.end(1, .handled)
        _ = bench.end(2, .handled)
        bench.machine.notSettled(1, now: bench.now)

        bench.machine.stop()
        bench.machine.notSettled(2, now: bench.now)

        #expect(bench.machine.runningCount == 0)
        #expect(bench.sleep == nil)
    }

    @Test func ignoresAnswersItDidNotAskFor() {
        var bench = Bench()
        _ = bench.store()

        #expect(bench.settle(1) == [])
        #expect(bench.end(9, .handled) == [])
        bench.machine.notSettled(1, now: bench.now)
        #expect(bench.end(1, .handled) == [.delete(id: 1)])
        #expect(bench.end(1, .handled) == [])
    }
}

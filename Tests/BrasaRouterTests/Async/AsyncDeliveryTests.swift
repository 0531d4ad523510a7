import BrasaModel
import Logging
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import BrasaRouter

@Suite(.timeLimit(.minutes(5))) struct AsyncDeliveryTests {
    private let store = MemoryEventStore()
    private let log = CapturedLog()
    private let wall = ManualWall()

    private func rig(
        _ change: (inout AsyncDeliveryConfiguration) -> Void = { _ in },
        answer: @escaping AsyncRig.Answer = { _ in nil }
    ) async throws -> AsyncRig {
        var configuration = AsyncDeliveryConfiguration()
        change(&configuration)
        let rig = try await AsyncRig.make(
            store: self.store, log: self.log, clock: self.wall, configuration: configuration, answer: answer)
        async let started: Void = rig.delivery.start()
        await rig.loop.run()
        try await started
        return rig
    }

    private func enqueue(_ event: Event, _ rig: AsyncRig) async throws {
        try await rig.delivery.enqueue(event)
        await rig.loop.run()
    }

    @Test func deliversWhatItStoredAndForgetsItOnceItWasHandled() async throws {
        let rig = try await self.rig()
        let event = AsyncRig.event("f", "[1]")

        try await self.enqueue(event, rig)
        let invoked = try await rig.invoked()

        #expect(invoked.map(\.requestID) == [event.requestID])
        #expect(invoked.first?.payload == event.payload)
        #expect(invoked.first?.attempt == 1)
        #expect(self.store.summaries.count == 1)
        // Just stored, so it was at hand.
        #expect(self.store.reads == 0)
        try await rig.finish(.ok)
        #expect(self.store.summaries.isEmpty)
    }

    @Test(arguments: [Outcome.Result.ok, .streamed])
    func countsAnyCompleteAnswerAsHandled(_ result: Outcome.Result) async throws {
        let rig = try await self.rig(answer: { _ in result })

        try await self.enqueue(AsyncRig.event(), rig)

        #expect(self.store.summaries.isEmpty)
        #expect(await rig.delivery.statistics().handled == 1)
    }

    @Test func repeatsWithTheSameRequestIDAndTheNextAttemptNumberAndThenGivesUp() async throws {
        let rig = try await self.rig(answer: { _ in .functionError })
        let event = AsyncRig.event("f", "payload")

        try await self.enqueue(event, rig)
        #expect(self.store.summaries.first?.failedAttempts == 1)
        #expect(self.store.summaries.first?.nextAttemptMilliseconds == AsyncRig.start + 60_000)
        await rig.loop.advanceTime(by: .milliseconds(59_999))
        #expect(try await rig.invoked().count == 1)
        await rig.loop.advanceTime(by: .milliseconds(1))
        #expect(try await rig.invoked().count == 2)
        await rig.loop.advanceTime(by: .seconds(120))

        let invoked = try await rig.invoked()
        #expect(invoked.map(\.attempt) == [1, 2, 3])
        #expect(invoked.allSatisfy { $0.requestID == event.requestID && $0.payload == event.payload })
        let dead = try await self.store.deadEvents(function: "f", limit: 10)
        #expect(dead.map(\.death.reason) == [.retriesExhausted])
        #expect(dead.first?.death.lastError == AsyncDeliveryError(errorType: "Broken", message: "It broke."))
        #expect(dead.first?.death.diedAtMilliseconds == AsyncRig.start + 180_000)
        #expect(self.store.summaries.isEmpty)
    }

    @Test func logsEachDeathOnceWithItsRequestIDAndFunction() async throws {
        let rig = try await self.rig(answer: { _ in .functionError })
        var entry = AsyncRig.entry("f")
        entry.asyncLimits[VersionKey.latest, default: RoutingTable.AsyncLimits()].maximumRetryAttempts = 0
        try await rig.setEntry(entry, function: "f")
        let event = AsyncRig.event()

        try await self.enqueue(event, rig)

        #expect(self.log.lines.count == 1)
        #expect(self.log.lines.first?.level == .warning)
        #expect(self.log.lines.first?.metadata["request.id"] == event.requestID.description)
        #expect(self.log.lines.first?.metadata["function.name"] == "f")
        #expect(self.log.lines.first?.metadata["reason"] == "RetriesExhausted")
        #expect(await rig.delivery.statistics().deaths == [.retriesExhausted: 1])
    }

    @Test func triesEventsOfAnAliasAsItsOwnLimitsSay() async throws {
        let rig = try await self.rig(answer: { _ in .functionError })
        var entry = AsyncRig.entry("f")
        entry.asyncLimits["live", default: RoutingTable.AsyncLimits()].maximumRetryAttempts = 0
        try await rig.setEntry(entry, function: "f")
        var event = AsyncRig.event()
        event.qualifier = "live"

        try await self.enqueue(event, rig)
        try await self.enqueue(AsyncRig.event(), rig)

        #expect(try await self.store.deadEvents(function: "f", limit: 10).map(\.event.requestID) == [event.requestID])
        #expect(self.store.summaries.map(\.failedAttempts) == [1])
    }

    @Test func keepsTheAttemptNumberOverThrottles() async throws {
        let rig = try await self.rig(answer: { _ in .throttled })

        try await self.enqueue(AsyncRig.event(), rig)
        await rig.loop.advanceTime(by: .seconds(7))

        // At 0, 1, 3 and 7 s.
        #expect(try await rig.invoked().map(\.attempt) == [1, 1, 1, 1])
        #expect(self.store.summaries.first?.failedAttempts == 0)
    }

    @Test func givesUpEventsOfUnknownAndOfSwitchedOffFunctions() async throws {
        let rig = try await self.rig()
        try await rig.setEntry(AsyncRig.entry("off"), function: "off")

        try await self.enqueue(AsyncRig.event("unknown"), rig)
        try await self.enqueue(AsyncRig.event("off"), rig)

        #expect(try await rig.invoked().isEmpty)
        let dead = try await self.store.deadEvents(function: nil, limit: 10)
        #expect(dead.map(\.death.reason) == [.zeroReservedConcurrency, .functionNotFound])
    }

    @Test func takesOverWhatAnEarlierRunHasLeftPageByPage() async throws {
        let earlier = try await self.rig()
        for number in 0..<5 { try await self.enqueue(AsyncRig.event("f", "\(number)"), earlier) }
        self.store.restart()

        let rig = try await self.rig({ $0.loadPageSize = 2 })

        let invoked = try await rig.invoked()
        #expect(invoked.map { String(buffer: $0.payload) } == ["0", "1", "2", "3", "4"])
        #expect(invoked.allSatisfy { $0.attempt == 1 })
    }

    @Test func saysThatTheStoreCannotBeRead() async throws {
        self.store.failReads(true)

        await #expect(throws: MemoryEventStore.Failing.self) { try await self.rig() }
    }

    @Test func refusesAnEventThatCannotBeStored() async throws {
        let rig = try await self.rig()
        self.store.failWrites(true)

        await #expect(throws: MemoryEventStore.Failing.self) { try await self.enqueue(AsyncRig.event(), rig) }

        #expect(try await rig.invoked().isEmpty)
    }

    @Test func asksAFailingStoreAgainAndLogsOnlyTheBeginningAndTheEnd() async throws {
        let rig = try await self.rig()
        try await self.enqueue(AsyncRig.event(), rig)
        self.store.failWrites(true)

        try await rig.finish(.ok)
        await rig.loop.advanceTime(by: .seconds(5))
        #expect(self.store.summaries.count == 1)
        self.store.failWrites(false)
        await rig.loop.advanceTime(by: .seconds(1))

        #expect(self.store.summaries.isEmpty)
        #expect(try await rig.invoked().count == 1)
        #expect(self.log.lines.map(\.level) == [.error, .notice])
    }

    @Test func triesAgainWhenAnEventCannotBeReadAtTheMoment() async throws {
        let rig = try await self.rig(answer: { _ in .functionError })
        try await self.enqueue(AsyncRig.event(), rig)
        self.store.failReads(true)

        await rig.loop.advanceTime(by: .seconds(60))
        #expect(try await rig.invoked().count == 1)
        self.store.failReads(false)
        await rig.loop.advanceTime(by: .seconds(1))

        #expect(try await rig.invoked().map(\.attempt) == [1, 2])
    }

    @Test func givesUpAnEventThatIsStoredDamaged() async throws {
        let rig = try await self.rig(answer: { _ in .functionError })
        try await self.enqueue(AsyncRig.event(), rig)
        self.store.damage(1)

        await rig.loop.advanceTime(by: .seconds(60))

        let dead = try await self.store.deadEvents(function: "f", limit: 1)
        #expect(dead.first?.death.reason == .eventDamaged)
        #expect(dead.first?.death.lastError?.message.contains("torn") == true)
    }

    @Test func readsOnlyWhatItMayDeliver() async throws {
        let rig = try await self.rig({ $0.maximumInFlightPerFunction = 2 })

        for number in 0..<5 { try await self.enqueue(AsyncRig.event("f", "\(number)"), rig) }
        #expect(try await rig.invoked().count == 2)
        for _ in 0..<5 { try await rig.finish(.ok) }

        #expect(try await rig.invoked().map { String(buffer: $0.payload) } == ["0", "1", "2", "3", "4"])
        #expect(self.store.summaries.isEmpty)
    }

    @Test(arguments: [86_400_000, -86_400_000] as [Int64])
    func isNotMovedByAJumpOfTheWallClock(_ jump: Int64) async throws {
        let rig = try await self.rig(answer: { _ in .functionError })
        try await self.enqueue(AsyncRig.event(), rig)

        self.wall.jump(by: jump)
        await rig.loop.advanceTime(by: .milliseconds(59_999))
        #expect(try await rig.invoked().count == 1)
        await rig.loop.advanceTime(by: .milliseconds(1))

        #expect(try await rig.invoked().count == 2)
        // What the next run reads is the wall clock's time.
        #expect(self.store.summaries.first?.nextAttemptMilliseconds == AsyncRig.start + jump + 60_000 + 120_000)
    }

    @Test func stopsOnceWhatRunsHasEndedAndKeepsTheRestForTheNextRun() async throws {
        let rig = try await self.rig({ $0.maximumInFlightPerFunction = 1 })
        try await self.enqueue(AsyncRig.event("f", "first"), rig)
        try await self.enqueue(AsyncRig.event("f", "second"), rig)

        // Asked on the loop: a task that asks may come after the first has ended and the second begun, which nobody ends.
        let hasStopped = Mutex(false)
        try await rig.loop.executeInContext { [delivery = rig.delivery] in
            delivery.driver.value.stop { hasStopped.withLock { $0 = true } }
        }
        await rig.loop.run()
        #expect(!hasStopped.withLock { $0 })
        try await rig.finish(.ok)
        #expect(hasStopped.withLock { $0 })
        try await self.enqueue(AsyncRig.event("g", "third"), rig)
        await rig.loop.advanceTime(by: .hours(1))

        #expect(try await rig.invoked().count == 1)
        #expect(self.store.summaries.map(\.function) == ["f", "g"])
    }
}

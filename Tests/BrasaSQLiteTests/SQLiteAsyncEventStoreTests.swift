import BrasaModel
import GRDB
import NIOCore
import Testing

@testable import BrasaSQLite

@Suite(.timeLimit(.minutes(5))) struct SQLiteAsyncEventStoreTests {
    private let directory: TemporaryDirectory

    init() throws {
        self.directory = try TemporaryDirectory()
    }

    private static let event = Event(
        requestID: RequestID(), function: "users", qualifier: "live", trigger: .async,
        payload: ByteBuffer(string: #"{"a":1}"#), contentType: "application/json",
        metadata: [MetadataPair("client-context", "e30="), MetadataPair("x", "ö\"")], traceID: "Root=1")

    private static let error = AsyncDeliveryError(errorType: "Sandbox.Timedout", message: "Timed out.")

    /// What a run after `kill -9` of this one would find.
    private func storeAfterKill() throws -> SQLiteAsyncEventStore {
        let remains = try self.directory.copy(of: ["async.sqlite", "async.sqlite-wal"])
        return try SQLiteAsyncEventStore(in: StateDirectoryLock(directory: remains.path))
    }

    private func store(keptDeadEvents: Int = 10) throws -> SQLiteAsyncEventStore {
        try SQLiteAsyncEventStore(
            in: StateDirectoryLock(directory: self.directory.path), keptDeadEvents: keptDeadEvents)
    }

    private func result<Value: Sendable>(
        _ body: (@escaping @Sendable (Result<Value, any Error>) -> Void) -> Void
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in body { continuation.resume(with: $0) } }
    }

    @Test func givesBackWhatAnEventCarries() async throws {
        let store = try self.store()
        let id = try await self.result { store.insert(Self.event, storedAtMilliseconds: 5, completion: $0) }

        let contents = try await self.result { store.contents(of: [id, id + 1], completion: $0) }

        guard contents.count == 1, case .event(let event) = contents[id] else {
            Issue.record("no event: \(contents)")
            return
        }
        #expect(event.requestID == Self.event.requestID)
        #expect(event.function == "users")
        #expect(event.qualifier == "live")
        #expect(event.trigger == .async)
        #expect(event.payload == Self.event.payload)
        #expect(event.contentType == Self.event.contentType)
        #expect(event.metadata == Self.event.metadata)
        #expect(event.traceID == "Root=1")
        #expect(event.attempt == 1)
    }

    @Test func listsEventsOfEarlierRunsInPages() async throws {
        let store = try self.store()
        var ids: [Int64] = []
        for time in 1...5 {
            ids.append(
                try await self.result { store.insert(Self.event, storedAtMilliseconds: Int64(time), completion: $0) })
        }
        try await self.result {
            store.reschedule(
                ids[1], failedAttempts: 1, nextAttemptMilliseconds: 900, lastError: Self.error, completion: $0)
        }
        try await self.result { store.delete(ids[2], completion: $0) }

        let next = try self.storeAfterKill()
        let new = try await self.result { next.insert(Self.event, storedAtMilliseconds: 9, completion: $0) }
        let first = try await self.result { next.earlierEvents(after: 0, limit: 3, completion: $0) }
        let second = try await self.result { next.earlierEvents(after: first[2].id, limit: 3, completion: $0) }

        #expect(first.map(\.id) == [ids[0], ids[1], ids[3]])
        #expect(
            first[1]
                == AsyncEventSummary(
                    id: ids[1], function: "users", qualifier: "live", payloadBytes: 7, storedAtMilliseconds: 2,
                    failedAttempts: 1, nextAttemptMilliseconds: 900))
        #expect(second.map(\.id) == [ids[4]])
        #expect(new > ids[4])
    }

    @Test func neverGivesAnIDTwice() async throws {
        let store = try self.store()
        let first = try await self.result { store.insert(Self.event, storedAtMilliseconds: 1, completion: $0) }
        try await self.result { store.delete(first, completion: $0) }

        let second = try await self.result { store.insert(Self.event, storedAtMilliseconds: 1, completion: $0) }

        #expect(second > first)
    }

    @Test func keepsADeadEventWithItsReasonAndItsLastError() async throws {
        let store = try self.store()
        let id = try await self.result { store.insert(Self.event, storedAtMilliseconds: 5, completion: $0) }
        try await self.result {
            store.reschedule(id, failedAttempts: 1, nextAttemptMilliseconds: 9, lastError: Self.error, completion: $0)
        }
        let death = AsyncDeath(
            reason: .eventAgeExceeded, lastError: nil, failedAttempts: 1, diedAtMilliseconds: 70_000)

        let requestID = try await self.result { store.bury(id, death, completion: $0) }
        let again = try await self.result { store.bury(id, death, completion: $0) }

        #expect(requestID == Self.event.requestID)
        #expect(again == nil)
        let dead = try await self.storeAfterKill().deadEvents(function: "users", limit: 10)
        #expect(dead.count == 1)
        #expect(dead.first?.event.payload == Self.event.payload)
        #expect(dead.first?.storedAtMilliseconds == 5)
        #expect(
            dead.first?.death
                == AsyncDeath(
                    reason: .eventAgeExceeded, lastError: Self.error, failedAttempts: 1, diedAtMilliseconds: 70_000))
        let left = try await self.result { store.contents(of: [id], completion: $0) }
        #expect(left.isEmpty)
    }

    @Test func keepsTheNewestDeadEventsOnly() async throws {
        let store = try self.store(keptDeadEvents: 3)
        for number in 1...5 {
            var event = Self.event
            event.function = number == 4 ? "other" : "users"
            let id = try await self.result { store.insert(event, storedAtMilliseconds: 1, completion: $0) }
            let death = AsyncDeath(
                reason: .retriesExhausted, lastError: Self.error, failedAttempts: number, diedAtMilliseconds: 2)
            _ = try await self.result { store.bury(id, death, completion: $0) }
        }

        let all = try await store.deadEvents(function: nil, limit: 10)
        let users = try await store.deadEvents(function: "users", limit: 10)

        #expect(all.map(\.death.failedAttempts) == [5, 4, 3])
        #expect(users.map(\.death.failedAttempts) == [5, 3])
        #expect(try await store.deadEvents(function: nil, limit: 1).count == 1)
    }

    @Test(arguments: ["request_id = 'x'", "trigger = 'post'", "metadata = '[\"a\"]'", "metadata = '{'"])
    func tellsARowThatIsNotAnEvent(_ damage: String) async throws {
        let store = try self.store()
        let id = try await self.result { store.insert(Self.event, storedAtMilliseconds: 5, completion: $0) }
        await store.close()
        try await DatabaseQueue(path: self.directory.path + "/async.sqlite").write { db in
            try db.execute(sql: "UPDATE event SET \(damage)")
        }
        let reopened = try self.storeAfterKill()

        let contents = try await self.result { reopened.contents(of: [id], completion: $0) }

        guard case .damaged(let finding) = contents[id] else {
            Issue.record("not found damaged: \(contents)")
            return
        }
        #expect(!finding.isEmpty)
    }
}

import BrasaModel
import BrasaSQLite
import Foundation
import NIOCore
import Synchronization
import Testing

@testable import BrasaRouter

/// Delivery over a real file, and over what is left of it when the host is killed.
@Suite(.timeLimit(.minutes(5))) struct AsyncDurabilityTests {
    private func directory() throws -> String {
        let path = FileManager.default.temporaryDirectory.path + "/brasa-async-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    private func copy(_ directory: String) throws -> String {
        let copy = try self.directory()
        for name in ["async.sqlite", "async.sqlite-wal"] {
            try FileManager.default.copyItem(atPath: directory + "/" + name, toPath: copy + "/" + name)
        }
        return copy
    }

    @Test func deliversAgainWhatWasOnItsWayWhenTheHostWasKilled() async throws {
        let first = try self.directory()
        let store = try SQLiteAsyncEventStore(in: StateDirectoryLock(directory: first))
        let invocations = AsyncStream<Event>.makeStream()
        let rig = try await AsyncRig.make(
            store: store, log: CapturedLog(), clock: ManualWall(),
            answer: { event in
                invocations.continuation.yield(event)
                return nil
            })
        try await rig.delivery.start()
        let events = [AsyncRig.event("f", "one"), AsyncRig.event("g", "two")]
        for event in events { try await rig.delivery.enqueue(event) }
        var invoked = invocations.stream.makeAsyncIterator()
        _ = await (invoked.next(), invoked.next())

        let second = try self.copy(first)
        defer { for path in [first, second] { try? FileManager.default.removeItem(atPath: path) } }
        let nextStore = try SQLiteAsyncEventStore(in: StateDirectoryLock(directory: second))
        let nextRig = try await AsyncRig.make(
            store: nextStore, log: CapturedLog(), clock: ManualWall(),
            answer: { event in
                invocations.continuation.yield(event)
                return .ok
            })
        try await nextRig.delivery.start()
        let again = [await invoked.next(), await invoked.next()].compactMap { $0 }

        #expect(Set(again.map(\.requestID)) == Set(events.map(\.requestID)))
        #expect(Set(again.map { String(buffer: $0.payload) }) == ["one", "two"])
        #expect(again.allSatisfy { $0.attempt == 1 })
        // Ends when the two are deleted.
        await nextRig.delivery.stop()
        await nextStore.close()
        let third = try SQLiteAsyncEventStore(in: StateDirectoryLock(directory: second))
        let left = try await withCheckedThrowingContinuation { continuation in
            third.earlierEvents(after: 0, limit: 10) { continuation.resume(with: $0) }
        }
        #expect(left.isEmpty)
    }

    @Test func deliversTenThousandEventsWithFewSyncs() async throws {
        let directory = try self.directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let store = try SQLiteAsyncEventStore(in: StateDirectoryLock(directory: directory))
        let count = 10_000
        let handled = Mutex(0)
        let done = AsyncStream<Void>.makeStream()
        let rig = try await AsyncRig.make(
            store: store, log: CapturedLog(), clock: ManualWall(),
            answer: { _ in
                if handled.withLock({
                    $0 += 1; return $0
                }) == count {
                    done.continuation.finish()
                }
                return .ok
            })
        try await rig.delivery.start()

        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<64 {
                group.addTask {
                    for number in stride(from: worker, to: count, by: 64) {
                        try await rig.delivery.enqueue(AsyncRig.event(number % 2 == 0 ? "f" : "g"))
                    }
                }
            }
            try await group.waitForAll()
        }
        for await _ in done.stream {}
        await rig.delivery.stop()

        #expect(await rig.delivery.statistics().handled == count)
        let statistics = store.statistics
        #expect(statistics.writes == 2 * count)
        #expect(statistics.commits < count, "\(statistics)")
    }
}

import BrasaModel
import NIOCore
import Synchronization

/// A store in memory that answers at once, on the caller's thread, and fails when told to.
final class MemoryEventStore: AsyncEventStore {
    struct Failing: Error {}

    private struct State {
        var events: [Int64: (event: Event, summary: AsyncEventSummary)] = [:]
        var lastError: [Int64: AsyncDeliveryError] = [:]
        var dead: [DeadAsyncEvent] = []
        var lastID: Int64 = 0
        var lastEarlierID: Int64 = 0
        var damaged: Set<Int64> = []
        var failsWrites = false
        var failsReads = false
        var reads = 0
    }

    private let state = Mutex(State())

    /// The summaries of what is stored, by id.
    var summaries: [AsyncEventSummary] {
        self.state.withLock { state in state.events.values.map(\.summary).sorted { $0.id < $1.id } }
    }
    /// Reads of contents so far.
    var reads: Int { self.state.withLock { $0.reads } }

    func failWrites(_ fails: Bool) { self.state.withLock { $0.failsWrites = fails } }
    func failReads(_ fails: Bool) { self.state.withLock { $0.failsReads = fails } }
    func damage(_ id: Int64) { self.state.withLock { _ = $0.damaged.insert(id) } }
    /// Makes what is stored the remains of an earlier run.
    func restart() { self.state.withLock { $0.lastEarlierID = $0.lastID } }

    func insert(_ event: Event, storedAtMilliseconds: Int64, completion: @escaping Completion<Int64>) {
        completion(
            self.change { state in
                state.lastID += 1
                let summary = AsyncEventSummary(
                    id: state.lastID, function: event.function, qualifier: event.qualifier ?? VersionKey.latest,
                    payloadBytes: event.payload.readableBytes,
                    storedAtMilliseconds: storedAtMilliseconds, nextAttemptMilliseconds: storedAtMilliseconds)
                state.events[state.lastID] = (event, summary)
                return state.lastID
            })
    }

    func earlierEvents(after id: Int64, limit: Int, completion: @escaping Completion<[AsyncEventSummary]>) {
        completion(
            self.state.withLock { state in
                guard !state.failsReads else { return .failure(Failing()) }
                let earlier = state.events.values.map(\.summary).filter { $0.id > id && $0.id <= state.lastEarlierID }
                return .success(Array(earlier.sorted { $0.id < $1.id }.prefix(limit)))
            })
    }

    func contents(of ids: [Int64], completion: @escaping Completion<[Int64: AsyncEventContents]>) {
        completion(
            self.state.withLock { state in
                state.reads += 1
                guard !state.failsReads else { return .failure(Failing()) }
                var contents: [Int64: AsyncEventContents] = [:]
                for id in ids {
                    if state.damaged.contains(id) {
                        contents[id] = .damaged("it is torn")
                    } else if let stored = state.events[id] {
                        contents[id] = .event(stored.event)
                    }
                }
                return .success(contents)
            })
    }

    func delete(_ id: Int64, completion: @escaping Completion<Void>) {
        completion(self.change { state in state.events[id] = nil })
    }

    func reschedule(
        _ id: Int64, failedAttempts: Int, nextAttemptMilliseconds: Int64, lastError: AsyncDeliveryError,
        completion: @escaping Completion<Void>
    ) {
        completion(
            self.change { state in
                state.events[id]?.summary.failedAttempts = failedAttempts
                state.events[id]?.summary.nextAttemptMilliseconds = nextAttemptMilliseconds
                state.lastError[id] = lastError
            })
    }

    func bury(_ id: Int64, _ death: AsyncDeath, completion: @escaping Completion<RequestID?>) {
        completion(
            self.change { state in
                guard let stored = state.events.removeValue(forKey: id) else { return nil }
                var death = death
                death.lastError = death.lastError ?? state.lastError[id]
                state.dead.append(
                    DeadAsyncEvent(
                        sequence: Int64(state.dead.count + 1), event: stored.event,
                        storedAtMilliseconds: stored.summary.storedAtMilliseconds, death: death))
                return stored.event.requestID
            })
    }

    func deadEvents(function: String?, limit: Int) async throws -> [DeadAsyncEvent] {
        self.state.withLock { state in
            Array(state.dead.reversed().filter { function == nil || $0.event.function == function }.prefix(limit))
        }
    }

    private func change<Value: Sendable>(_ body: (inout sending State) -> Value) -> Result<Value, any Error> {
        self.state.withLock { state in state.failsWrites ? .failure(Failing()) : .success(body(&state)) }
    }
}

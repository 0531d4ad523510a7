/// Keeps asynchronous events until they have been handled or given up.
///
/// Callable from any thread.
///
/// The callers are on an event loop, so results come through callbacks: each is called exactly once, on a thread of the
/// store's choosing, which it must not block. Those of changes are called once the change would survive `kill -9` of the
/// host and of the machine, in the order of the changes.
package protocol AsyncEventStore: Sendable {
    typealias Completion<Value> = @Sendable (Result<Value, any Error>) -> Void

    /// Stores a new event and gives its id. `wantsLogTail` and `attempt` are not stored.
    func insert(_ event: Event, storedAtMilliseconds: Int64, completion: @escaping Completion<Int64>)
    /// Events that earlier runs of the host have left, by rising id, starting after `id`; none: there are no more.
    func earlierEvents(after id: Int64, limit: Int, completion: @escaping Completion<[AsyncEventSummary]>)
    /// Reads what events carry. An id that is not stored (any more) has no entry in the result.
    func contents(of ids: [Int64], completion: @escaping Completion<[Int64: AsyncEventContents]>)
    /// Forgets an event that was handled. An unknown id is not an error.
    func delete(_ id: Int64, completion: @escaping Completion<Void>)
    /// Notes a failed attempt and the time of the next. An unknown id is not an error.
    func reschedule(
        _ id: Int64, failedAttempts: Int, nextAttemptMilliseconds: Int64, lastError: AsyncDeliveryError,
        completion: @escaping Completion<Void>)
    /// Moves an event to the dead ones, of which the newest 10,000 are kept; gives its request id, nil when not known.
    ///
    /// A death without `lastError` keeps the one of the event's latest `reschedule`.
    func bury(_ id: Int64, _ death: AsyncDeath, completion: @escaping Completion<RequestID?>)

    /// The dead events of a function, or of all for nil, newest first, at most `limit`.
    func deadEvents(function: String?, limit: Int) async throws -> [DeadAsyncEvent]
}

/// What reading one stored event gave.
package enum AsyncEventContents: Sendable {
    /// The event as it was accepted, with `attempt` 1.
    case event(Event)
    /// What is stored is not an event; the text says what is wrong with it.
    case damaged(String)
}

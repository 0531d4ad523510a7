package import BrasaModel
import Foundation
import GRDB
import NIOCore

/// Asynchronous events in the file `async.sqlite`: those that wait, and the newest dead ones.
///
/// Callable from any thread.
package struct SQLiteAsyncEventStore: AsyncEventStore {
    /// Dead events that are kept.
    package static let keptDeadEvents = 10_000

    private let writer: SQLiteWriter
    /// The last id that earlier runs have given: what is above it arrives in this run.
    private let lastEarlierID: Int64
    private let keptDeadEvents: Int

    /// Opens or creates the file in a locked state directory.
    ///
    /// - Parameter keptDeadEvents: dead events that are kept, at least 1.
    /// - Throws: `StorageError` when it cannot be opened, is damaged or of a newer version.
    package init(
        in lock: StateDirectoryLock, keptDeadEvents: Int = SQLiteAsyncEventStore.keptDeadEvents
    ) throws(StorageError) {
        let writer = try SQLiteWriter(file: "async.sqlite", in: lock, schema: AsyncEventSchema.schema)
        self.writer = writer
        self.keptDeadEvents = keptDeadEvents
        do {
            self.lastEarlierID = try writer.readBlocking { db in
                try Int64.fetchOne(db, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'event'") ?? 0
            }
        } catch {
            throw StorageError(.inaccessible, "The file \(writer.path) cannot be read.", cause: error)
        }
    }

    package func insert(_ event: Event, storedAtMilliseconds: Int64, completion: @escaping Completion<Int64>) {
        self.writer.submit(
            { db in
                try db.cachedStatement(sql: AsyncEventSchema.insert).execute(
                    arguments: [
                        event.function, storedAtMilliseconds, storedAtMilliseconds, event.requestID.description,
                        event.qualifier, event.trigger.rawValue, event.contentType, event.traceID,
                        try AsyncEventSchema.encode(event.metadata), Data(event.payload.readableBytesView),
                    ])
                return db.lastInsertedRowID
            }, completion: completion)
    }

    package func earlierEvents(
        after id: Int64, limit: Int, completion: @escaping Completion<[AsyncEventSummary]>
    ) {
        self.writer.read(
            { [lastEarlierID] db in
                var summaries: [AsyncEventSummary] = []
                let statement = try db.cachedStatement(sql: AsyncEventSchema.selectSummaries)
                let rows = try Row.fetchCursor(statement, arguments: [id, lastEarlierID, limit])
                while let row = try rows.next() {
                    summaries.append(try AsyncEventSchema.summary(row))
                }
                return summaries
            }, completion: completion)
    }

    package func contents(of ids: [Int64], completion: @escaping Completion<[Int64: AsyncEventContents]>) {
        self.writer.read(
            { db in
                let statement = try db.cachedStatement(sql: AsyncEventSchema.selectContents)
                var contents: [Int64: AsyncEventContents] = [:]
                contents.reserveCapacity(ids.count)
                for id in ids {
                    let rows = try Row.fetchCursor(statement, arguments: [id])
                    guard let row = try rows.next() else { continue }
                    contents[id] = AsyncEventSchema.contents(row)
                }
                return contents
            }, completion: completion)
    }

    package func delete(_ id: Int64, completion: @escaping Completion<Void>) {
        self.writer.submit(
            { db in
                try db.cachedStatement(sql: "DELETE FROM event WHERE id = ?").execute(arguments: [id])
            }, completion: completion)
    }

    package func reschedule(
        _ id: Int64, failedAttempts: Int, nextAttemptMilliseconds: Int64, lastError: AsyncDeliveryError,
        completion: @escaping Completion<Void>
    ) {
        self.writer.submit(
            { db in
                try db.cachedStatement(sql: AsyncEventSchema.reschedule).execute(
                    arguments: [
                        failedAttempts, nextAttemptMilliseconds, lastError.errorType, lastError.message, id,
                    ])
            }, completion: completion)
    }

    package func bury(_ id: Int64, _ death: AsyncDeath, completion: @escaping Completion<RequestID?>) {
        self.writer.submit(
            { [keptDeadEvents] db in
                let statement = try db.cachedStatement(sql: "SELECT request_id FROM event WHERE id = ?")
                guard let text = try String.fetchOne(statement, arguments: [id]) else { return nil }
                try db.cachedStatement(sql: AsyncEventSchema.bury).execute(
                    arguments: [
                        death.reason.rawValue, death.diedAtMilliseconds, death.failedAttempts,
                        death.lastError?.errorType, death.lastError?.message, id,
                    ])
                // Sequence numbers have no gaps but at the old end, so this needs no counting.
                try db.cachedStatement(sql: "DELETE FROM dead WHERE sequence <= ?")
                    .execute(arguments: [db.lastInsertedRowID - Int64(keptDeadEvents)])
                try db.cachedStatement(sql: "DELETE FROM event WHERE id = ?").execute(arguments: [id])
                return RequestID(text)
            }, completion: completion)
    }

    package func deadEvents(function: String?, limit: Int) async throws -> [DeadAsyncEvent] {
        try await self.writer.read { db in
            let statement = try db.cachedStatement(
                sql: function == nil ? AsyncEventSchema.selectDead : AsyncEventSchema.selectDeadOfFunction)
            let arguments: StatementArguments = function.map { [$0, limit] } ?? [limit]
            let rows = try Row.fetchCursor(statement, arguments: arguments)
            var events: [DeadAsyncEvent] = []
            while let row = try rows.next() {
                events.append(try AsyncEventSchema.deadEvent(row))
            }
            return events
        }
    }

    /// Does what was asked for so far and closes the file.
    ///
    /// Idempotent.
    package func close() async {
        await self.writer.close()
    }

    /// What the file's writer has done so far.
    package var statistics: SQLiteWriterStatistics { self.writer.statistics }
}

import BrasaModel
import Foundation
import GRDB
import NIOCore

/// The tables of `async.sqlite` and their rows as values.
///
/// `event` holds what waits; an id is never given twice (AUTOINCREMENT), so that an id in memory cannot come to mean
/// another event. The payload is the last column: what comes before it is read without touching a large payload's pages.
/// `dead` holds what was given up. Times are milliseconds since 1970.
enum AsyncEventSchema {
    static let schema = SQLiteSchema(
        applicationID: 0x4272_4173,  // "BrAs"
        subject: "the asynchronous events",
        migrations: [
            """
            CREATE TABLE event (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                function TEXT NOT NULL,
                stored_at INTEGER NOT NULL,
                next_attempt_at INTEGER NOT NULL,
                failed_attempts INTEGER NOT NULL,
                error_type TEXT,
                error_message TEXT,
                request_id TEXT NOT NULL,
                qualifier TEXT,
                trigger TEXT NOT NULL,
                content_type TEXT NOT NULL,
                trace_id TEXT NOT NULL,
                metadata TEXT,
                payload BLOB NOT NULL
            ) STRICT;
            CREATE TABLE dead (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                function TEXT NOT NULL,
                reason TEXT NOT NULL,
                died_at INTEGER NOT NULL,
                stored_at INTEGER NOT NULL,
                failed_attempts INTEGER NOT NULL,
                error_type TEXT,
                error_message TEXT,
                request_id TEXT NOT NULL,
                qualifier TEXT,
                trigger TEXT NOT NULL,
                content_type TEXT NOT NULL,
                trace_id TEXT NOT NULL,
                metadata TEXT,
                payload BLOB NOT NULL
            ) STRICT;
            CREATE INDEX dead_by_function ON dead (function, sequence);
            """
        ])

    private static let carried = "request_id, qualifier, trigger, content_type, trace_id, metadata, payload"

    static let insert = """
        INSERT INTO event (function, stored_at, next_attempt_at, failed_attempts, \(Self.carried))
        VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?)
        """
    static let selectSummaries = """
        SELECT id, function, length(payload), stored_at, failed_attempts, next_attempt_at, qualifier FROM event
        WHERE id > ? AND id <= ? ORDER BY id LIMIT ?
        """
    static let selectContents = "SELECT function, \(Self.carried) FROM event WHERE id = ?"
    static let reschedule = """
        UPDATE event SET failed_attempts = ?, next_attempt_at = ?, error_type = ?, error_message = ? WHERE id = ?
        """
    static let bury = """
        INSERT INTO dead
            (function, reason, died_at, stored_at, failed_attempts, error_type, error_message, \(Self.carried))
        SELECT function, ?1, ?2, stored_at, ?3, coalesce(?4, error_type), coalesce(?5, error_message), \(Self.carried)
        FROM event WHERE id = ?6
        """
    static let selectDead = "SELECT function, \(Self.carried), \(Self.death) FROM dead ORDER BY sequence DESC LIMIT ?"
    static let selectDeadOfFunction = """
        SELECT function, \(Self.carried), \(Self.death) FROM dead WHERE function = ? ORDER BY sequence DESC LIMIT ?
        """
    private static let death = "sequence, stored_at, reason, died_at, failed_attempts, error_type, error_message"

    /// The column's value: names and values in turn, or NULL for none.
    static func encode(_ metadata: [MetadataPair]) throws -> String? {
        guard !metadata.isEmpty else { return nil }
        return String(decoding: try JSONEncoder().encode(metadata.flatMap { [$0.name, $0.value] }), as: UTF8.self)
    }

    /// Reads a row of `selectSummaries`.
    static func summary(_ row: Row) throws -> AsyncEventSummary {
        AsyncEventSummary(
            id: try row.decode(Int64.self, atIndex: 0), function: try row.decode(String.self, atIndex: 1),
            qualifier: try row.decode(String?.self, atIndex: 6) ?? VersionKey.latest,
            payloadBytes: try row.decode(Int.self, atIndex: 2),
            storedAtMilliseconds: try row.decode(Int64.self, atIndex: 3),
            failedAttempts: try row.decode(Int.self, atIndex: 4),
            nextAttemptMilliseconds: try row.decode(Int64.self, atIndex: 5))
    }

    /// Reads a row of `selectContents`.
    static func contents(_ row: Row) -> AsyncEventContents {
        do {
            return .event(try Self.event(row))
        } catch let error as DamagedRow {
            return .damaged(error.finding)
        } catch {
            return .damaged("\(error)")
        }
    }

    /// Reads a row of `selectDead`.
    ///
    /// An event that cannot be read is shown without what it carried.
    static func deadEvent(_ row: Row) throws -> DeadAsyncEvent {
        let errorType = try row.decode(String?.self, atIndex: 13)
        let message = try row.decode(String?.self, atIndex: 14)
        let lastError = errorType.map { AsyncDeliveryError(errorType: $0, message: message ?? "") }
        let reason = AsyncDeath.Reason(rawValue: try row.decode(String.self, atIndex: 10)) ?? .eventDamaged
        let requestID = RequestID(try row.decode(String.self, atIndex: 1))
        let unreadable = Event(
            requestID: requestID ?? RequestID("00000000-0000-0000-0000-000000000000") ?? RequestID(),
            function: try row.decode(String.self, atIndex: 0), trigger: .async, payload: ByteBuffer())
        return DeadAsyncEvent(
            sequence: try row.decode(Int64.self, atIndex: 8), event: (try? Self.event(row)) ?? unreadable,
            storedAtMilliseconds: try row.decode(Int64.self, atIndex: 9),
            death: AsyncDeath(
                reason: reason, lastError: lastError, failedAttempts: try row.decode(Int.self, atIndex: 12),
                diedAtMilliseconds: try row.decode(Int64.self, atIndex: 11)))
    }

    private struct DamagedRow: Error {
        let finding: String
    }

    /// Reads `function` and the carried columns at the start of a row.
    private static func event(_ row: Row) throws -> Event {
        let requestID = try row.decode(String.self, atIndex: 1)
        guard let requestID = RequestID(requestID) else {
            throw DamagedRow(finding: "the request id \"\(requestID)\" is not a UUID")
        }
        let trigger = try row.decode(String.self, atIndex: 3)
        guard let trigger = Event.Trigger(rawValue: trigger) else {
            throw DamagedRow(finding: "the trigger \"\(trigger)\" is not known")
        }
        return Event(
            requestID: requestID, function: try row.decode(String.self, atIndex: 0),
            qualifier: try row.decode(String?.self, atIndex: 2), trigger: trigger,
            payload: try row.withUnsafeData(atIndex: 7) { $0.map { ByteBuffer(bytes: $0) } ?? ByteBuffer() },
            contentType: try row.decode(String.self, atIndex: 4),
            metadata: try Self.metadata(row.decode(String?.self, atIndex: 6)),
            traceID: try row.decode(String.self, atIndex: 5))
    }

    private static func metadata(_ text: String?) throws -> [MetadataPair] {
        guard let text else { return [] }
        guard let parts = try? JSONDecoder().decode([String].self, from: Data(text.utf8)), parts.count % 2 == 0 else {
            throw DamagedRow(finding: "its metadata is not a list of names and values")
        }
        return stride(from: 0, to: parts.count, by: 2).map { MetadataPair(parts[$0], parts[$0 + 1]) }
    }
}

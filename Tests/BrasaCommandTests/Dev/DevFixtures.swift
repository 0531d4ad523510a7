import BrasaHost
import BrasaModel
import Foundation

@testable import brasa

/// Events for tests of what `brasa dev` shows.
enum DevFixtures {
    static let unit = BuildUnit(library: "greet.so", functions: ["greet"], command: "make greet", sources: ["/p/greet"])
    static let time = Date(timeIntervalSince1970: 12 * 3_600 + 3 * 60 + 45.625)
    static let zone = TimeZone(secondsFromGMT: 0) ?? .current
    static let plain = Style(isTerminal: false, environment: [:])
    static let coloured = Style(isTerminal: true, environment: [:])
    static let ready = HostReady(
        gateway: HostReady.Address(host: "127.0.0.1", port: 8_080),
        control: HostReady.Address(host: "127.0.0.1", port: 4_566), pid: 4_711, memoryCap: "cgroup2", functionCount: 1)

    /// An invocation that used the given parts of its limits.
    static func note(
        milliseconds: Double = 1, timeout: Int = 3_000, megabytes: Int = 2, of limit: Int = 128,
        requestBytes: Int = 0, replyBytes: Int = 0, cold: Double? = nil, failure: Failure? = nil
    ) -> InvocationNote {
        var note = InvocationNote(
            function: "greet", requestID: RequestID(), trigger: .http,
            result: failure.map { .failed($0) } ?? .replied)
        note.request = "GET /greet?name=Ada"
        note.httpStatus = failure == nil ? 200 : 502
        note.timeoutMilliseconds = timeout
        note.report = InvocationReport(
            durationNanoseconds: Int64(milliseconds * 1e6), initNanoseconds: cold.map { Int64($0 * 1e6) },
            memoryLimitBytes: limit << 20, peakMemoryBytes: megabytes << 20, cpuNanoseconds: 1_000)
        (note.requestBytes, note.requestLimitBytes) = (requestBytes, 6 << 20)
        (note.replyBytes, note.replyLimitBytes) = (replyBytes, 6 << 20)
        return note
    }

    static func record(_ event: DevEvent, after seconds: Double = 0) -> DevRecord {
        DevRecord(time: Self.time.addingTimeInterval(seconds), event: event)
    }

    static func library(_ outcome: LibraryNote.Outcome, replaced: Bool = true) -> DevEvent {
        .host(
            .library(
                LibraryNote(
                    function: "greet", outcome: outcome, sha256: String(repeating: "ab", count: 32), replaced: replaced,
                    nanoseconds: outcome == .live ? 8_000_000 : 0)))
    }

    /// The state after some events.
    static func state(_ events: [DevEvent]) -> DevState {
        let text = DevText(style: Self.plain, zone: Self.zone)
        var state = DevState()
        for event in events {
            let record = Self.record(event)
            state.apply(record, lines: text.lines(record))
        }
        return state
    }
}

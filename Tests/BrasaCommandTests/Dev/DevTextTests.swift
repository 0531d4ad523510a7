import BrasaHost
import BrasaModel
import Foundation
import Testing

@testable import brasa

/// The lines of `brasa dev` in a pipe.
@Suite struct DevTextTests {
    private static let text = DevText(style: DevFixtures.plain, zone: DevFixtures.zone)

    static let lines: [(event: DevEvent, lines: [String])] = [
        (
            .host(.invoked(DevFixtures.note(cold: 3.4))),
            ["12:03:45.625  200  GET /greet?name=Ada  1 ms  cold 3.4 ms  2 MB of 128 MB"]
        ),
        (
            .host(
                .invoked(
                    DevFixtures.note(failure: Failure(kind: .function, errorType: "Sad", message: "It is so.")))),
            ["12:03:45.625  502  GET /greet?name=Ada  1 ms  warm  2 MB of 128 MB  Sad: It is so."]
        ),
        (
            .host(.invoked(DevFixtures.note(milliseconds: 2_700, megabytes: 120))),
            [
                "12:03:45.625  200  GET /greet?name=Ada  2.7 s  warm  120 MB of 128 MB",
                "12:03:45.625  warning: greet took 2.7 s, 90 % of its timeout of 3 s",
                "12:03:45.625  warning: greet used 120 MB, 93 % of its memory of 128 MB",
            ]
        ),
        (.host(.wrote(function: "greet", level: "INFO", message: "a\nb")), ["12:03:45.625  greet | [INFO] a\n    b"]),
        (DevFixtures.library(.live, replaced: false), ["12:03:45.625  greet  live in 8 ms: abababababab answers"]),
        (DevFixtures.library(.live), ["12:03:45.625  greet  reloaded in 8 ms: abababababab answers"]),
        (
            DevFixtures.library(.refused(phase: "init", reason: "It does not start.")),
            ["12:03:45.625  greet  not taken over abababababab (init): It does not start."]
        ),
        (
            .build(.started(DevFixtures.unit, reason: "greet/greet.c has changed")),
            ["12:03:45.625  greet.so  building, because greet/greet.c has changed: make greet"]
        ),
        (.build(.output(DevFixtures.unit, "greet.c:1: error: \tx")), ["greet.c:1: error: \tx"]),
        (
            .build(.finished(DevFixtures.unit, .failed("exit status 1"), seconds: 0.25)),
            ["12:03:45.625  greet.so  build failed after 250 ms: exit status 1; what answered before goes on"]
        ),
        (.build(.finished(DevFixtures.unit, .built, seconds: 1.5)), ["12:03:45.625  greet.so  built in 1.5 s"]),
        (.hostLog(level: "warning", message: "so"), ["12:03:45.625  warning: so"]),
        (.dropped(7), ["12:03:45.625  (7 requests and log lines were not shown)"]),
    ]

    @Test(arguments: lines.indices) func saysWhatHasHappened(index: Int) {
        let (event, lines) = Self.lines[index]
        #expect(Self.text.lines(DevFixtures.record(event)) == lines)
    }

    @Test func coloursOnlyWhereTheyAreWanted() {
        let record = DevFixtures.record(.host(.invoked(DevFixtures.note())))
        let coloured = DevText(style: DevFixtures.coloured, zone: DevFixtures.zone).lines(record)

        #expect(coloured.joined().contains("\u{1b}[32m200\u{1b}[0m"))
        #expect(coloured.map(TerminalText.plain) == Self.text.lines(record))
    }

    @Test(arguments: [
        (0.849, 0.5, 0, 0, []), (0.85, 0.5, 0, 0, ["timeout"]), (0.1, 0.86, 0, 0, ["memory"]),
        (0.1, 0.1, 0.9, 0.84, ["request"]), (0.1, 0.1, 0, 1, ["reply"]),
        (2, 1, 1, 1, ["timeout", "memory", "request", "reply"]),
    ])
    func warnsFromEightyFivePercentOfALimitOn(
        time: Double, memory: Double, request: Double, reply: Double, limits: [String]
    ) {
        let note = DevFixtures.note(
            milliseconds: 1_000 * time, timeout: 1_000, megabytes: Int(1_000 * memory), of: 1_000,
            requestBytes: Int(Double(6 << 20) * request), replyBytes: Int(Double(6 << 20) * reply))

        #expect(LimitWarning.find(note).map(\.limit.rawValue) == limits)
    }

    @Test func writesOneJSONObjectForEachEvent() throws {
        for (event, _) in Self.lines {
            let line = try #require(DevLine.make(DevFixtures.record(event)))
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(JSONLine.text(line).utf8)) as? [String: Any])
            #expect(object["event"] is String)
            #expect(object["time"] as? String == "1970-01-01T12:03:45.625Z")
        }
    }
}

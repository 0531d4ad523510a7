import BrasaHost
import BrasaModel
import Foundation
import Testing

@testable import brasa

/// The screen of `brasa dev`.
@Suite struct DevFrameTests {
    private static func frame(
        _ state: DevState, columns: Int = 110, rows: Int = 20, style: Style = DevFixtures.plain,
        after seconds: Double = 0
    ) -> [String] {
        DevFrame(columns: columns, rows: rows, style: style, zone: DevFixtures.zone)
            .lines(state, now: DevFixtures.time.addingTimeInterval(seconds))
    }

    private static let served: [DevEvent] = [
        .ready(DevFixtures.ready, functions: ["greet", "users"]), .found(function: "greet", problem: nil),
        .build(.started(DevFixtures.unit, reason: "it is older than its sources")),
        .build(.finished(DevFixtures.unit, .built, seconds: 0.3)), DevFixtures.library(.live),
        .host(.invoked(DevFixtures.note(cold: 3.4))),
    ]

    @Test func showsFunctionsAboveAndRequestsBelow() {
        let lines = Self.frame(Self.state(Self.served))

        #expect(
            lines.prefix(5).map { $0.trimmingCharacters(in: .whitespaces) } == [
                "brasa dev  http://127.0.0.1:8080  control http://127.0.0.1:4566  memory cap cgroup2  Ctrl-C ends",
                "FUNCTION  STATE      LAST RELOAD       CALLS  ERRORS  LAST  MEMORY",
                "greet     ready      12:03:45 in 8 ms      1       0  1 ms  2 MB of 128 MB",
                "users     not there  -                     0       0     -  -",
                String(repeating: "─", count: 110),
            ])
        #expect(lines.last == "12:03:45.625  200  GET /greet?name=Ada  1 ms  cold 3.4 ms  2 MB of 128 MB")
    }

    @Test func showsHowLongABuildTakes() {
        let state = Self.state(Self.served + [.build(.started(DevFixtures.unit, reason: "so"))])

        #expect(Self.frame(state)[2].contains("building  "))
        #expect(Self.frame(state, after: 12.5)[2].contains("building 12 s"))
    }

    @Test func keepsTheFirstErrorsOfAFailedBuildInSightUntilTheNextBuild() {
        let output = (1...40).map { DevEvent.build(.output(DevFixtures.unit, "greet.c:\($0): error")) }
        let requests = (1...50).map { _ in DevEvent.host(.invoked(DevFixtures.note())) }
        let failed =
            Self.served + [.build(.started(DevFixtures.unit, reason: "so"))] + output
            + [.build(.finished(DevFixtures.unit, .failed("exit status 1"), seconds: 1))] + requests

        let lines = Self.frame(Self.state(failed))
        #expect(lines[2].contains("build failed"))
        #expect(lines[2].contains("12:03:45 in 8 ms"))
        #expect(lines.contains("greet.so: build failed, exit status 1; what answered before goes on"))
        #expect(lines.contains("greet.c:1: error"))
        #expect(lines.contains { $0.hasPrefix("and ") && $0.hasSuffix(" more lines below") })
        #expect(lines.last?.contains("GET /greet") == true)
        let next = Self.frame(Self.state(failed + [.build(.started(DevFixtures.unit, reason: "so"))]))
        #expect(!next.contains { $0.contains("greet.c:1: error") })
    }

    @Test func showsWhyALibraryIsNotTakenOver() {
        let refused = Self.state(Self.served + [DevFixtures.library(.refused(phase: "init", reason: "It stops."))])
        #expect(Self.frame(refused)[2].contains("refused    init: It stops."))

        let gone = Self.state(Self.served + [DevFixtures.library(.removed)])
        #expect(!Self.frame(gone).prefix(4).contains { $0.hasPrefix("greet") })
    }

    @Test func followsTheConfiguration() {
        let state = Self.state(Self.served + [.configured(functions: ["orders", "users"])])

        #expect(state.rows.map(\.name) == ["orders", "users", "greet"])
    }

    @Test(arguments: [0, 1, 2, 3, 5, 8, 24, 100], [0, 1, 10, 79, 200])
    func fitsAnyTerminal(rows: Int, columns: Int) {
        let events =
            Self.served
            + (1...30).map { DevEvent.found(function: "function-\($0)", problem: "none") }
            + [
                .build(.started(DevFixtures.unit, reason: "so")),
                .build(.output(DevFixtures.unit, String(repeating: "宽", count: 300) + "\u{1b}[31mred\u{1b}[2J")),
                .build(.finished(DevFixtures.unit, .failed("exit status 1"), seconds: 1)),
                .host(.wrote(function: "greet", level: nil, message: "a\u{1b}[Hb\rc\u{7}\td\ne")),
            ]
        for style in [DevFixtures.plain, DevFixtures.coloured] {
            let lines = Self.frame(Self.state(events), columns: columns, rows: rows, style: style)

            #expect(lines.count <= rows)
            for line in lines {
                #expect(DisplayWidth.of(line) <= columns)
                let bare = TerminalText.plain(line)
                #expect(!bare.unicodeScalars.contains { $0.properties.generalCategory == .control })
                if !style.isOn { #expect(bare == line) }
            }
        }
    }

    @Test func keepsAnEndOfWhatHappened() {
        let state = Self.state((1...5_000).map { .note("note \($0)") })

        #expect(state.feed.count <= DevState.keptLines * 2)
        #expect(state.feed.last == "note 5000")
    }

    private static func state(_ events: [DevEvent]) -> DevState { DevFixtures.state(events) }

    @Test(arguments: [
        ("plain", "plain"), ("a\u{1b}[31mb\u{1b}[0mc", "a\u{1b}[31mb\u{1b}[0mc"),
        ("a\u{1b}[2Jb\u{1b}]0;title\u{7}c", "abc"),
        ("50 %\r100 %\r\n".trimmingCharacters(in: ["\n"]), "100 %"), ("a\tb\u{8}", "a    b"), ("a\u{1b}", "a"),
    ])
    func takesCommandsToTheTerminalOutOfText(text: String, harmless: String) {
        #expect(TerminalText.harmless(text) == harmless)
    }

    @Test(arguments: [
        (999, "1 µs"), (29_100, "29.1 µs"), (1_000_000, "1 ms"), (12_345_678, "12.3 ms"), (999_600_000, "1 s"),
        (2_700_000_000, "2.7 s"), (123_456_789_012, "123 s"),
    ])
    func writesTimesShortly(nanoseconds: Int64, text: String) {
        #expect(DevUnits.time(nanoseconds) == text)
    }
}

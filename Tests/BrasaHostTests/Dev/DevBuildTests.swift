import BlockingTests
import BrasaTesting
import Foundation
import Glibc
import Testing

/// `brasa dev` with a real compiler: what happens to the running code when its sources change.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct DevBuildTests {
    @Test func answersWithTheNewCodeAfterAnEdit() throws {
        let host = try DevHost()
        try host.waitForAnswer("one")

        try host.edit("two")

        try host.waitForAnswer("two")
        // The answer may be there before it has been told that it will be.
        try waitUntil("the second library") { try host.events("library").map(\.outcome) == ["live", "live"] }
        #expect(try host.events("build_finished").map(\.outcome) == ["built", "built"])
        #expect(try host.events("build_started").last?.reason == "greet/greet.c has changed")
        #expect(host.stop() == 0)
    }

    @Test func goesOnWithTheOldCodeWhenABuildFailsAndSaysWhy() throws {
        let host = try DevHost()
        try host.waitForAnswer("one")

        try host.project.write("greet/greet.c", "int broken = ;\n")
        let failed = try host.waitForEvent("build_finished") { $0.outcome == "failed" }

        #expect(failed.reason == "exit status 1")
        #expect(try host.events("build_output").contains { $0.message?.contains("greet/greet.c:1:14: error:") == true })
        #expect(try host.gateway.get("/greet").text == "one")
        try host.edit("two")
        try host.waitForAnswer("two")
    }

    @Test func buildsOnceMoreForAllChangesDuringABuild() throws {
        // The first build waits, so that every edit below comes while it runs.
        let gate = "echo build >> builds; while [ ! -e go ]; do sleep 0.02; done; \(DevHost.build)"
        let host = try DevHost(build: gate)
        try host.waitForEvent("build_started")

        for number in 1...5 {
            try host.edit("edit \(number)")
            // Longer than edits are gathered: each of them is seen by itself.
            usleep(150_000)
        }
        try host.project.write("go", "")

        try host.waitForAnswer("edit 5")
        try waitUntil("the second build to end") { try host.events("build_finished").count == 2 }
        // Longer than any look at the sources takes to come.
        usleep(500_000)
        #expect(host.project.text("builds") == "build\nbuild\n")
        // The first compiled after the last edit already, which nobody could know.
        #expect(try host.events("build_finished").map(\.outcome) == ["built", "unchanged"])
    }

    @Test func endsUpWithTheLastOfManyQuickEdits() throws {
        let host = try DevHost()
        try host.waitForAnswer("one")

        let start = Deadline.now()
        for number in 1...30 {
            try host.edit("edit \(number)")
            usleep(10_000)
        }
        let milliseconds = Int((Deadline.now() - start) / 1_000_000)

        try host.waitForAnswer("edit 30")
        // Edits are gathered until 40 ms without one are over: half a second of them, on an idle machine, are few builds.
        #expect(try host.events("build_started").count <= 3 + milliseconds / 40)
    }

    @Test func goesOnWithTheOldCodeWhenASourceIsDeleted() throws {
        let host = try DevHost()
        try host.waitForAnswer("one")

        try host.project.remove("greet/greet.c")
        try host.waitForEvent("build_finished") { $0.outcome == "failed" }

        #expect(try host.events("build_started").last?.reason == "greet/greet.c is gone")
        #expect(try host.gateway.get("/greet").text == "one")
        try host.project.remove("greet")
        try host.edit("two")
        try host.waitForAnswer("two")
    }

    @Test func seesSourcesInFoldersThatCameLater() throws {
        let host = try DevHost()
        try host.waitForAnswer("one")

        try host.project.write("greet/text/deeper/word.h", "#define WORD \"two\"\n")
        try host.waitForEvent("build_started") { $0.reason == "greet/text/deeper/word.h has changed" }
        try host.project.write(
            "greet/greet.c",
            "#include \"text/deeper/word.h\"\n"
                + DevHost.source("x").replacing("brasa_text(\"x\")", with: "brasa_text(WORD)"))
        try host.waitForAnswer("two")
        try host.project.write("greet/text/deeper/word.h", "#define WORD \"three\"\n")

        try host.waitForAnswer("three")
    }

    @Test func endsABuildThatNeverEndsWhenItEndsItself() throws {
        let host = try DevHost { project in
            try FileManager.default.copyItem(
                atPath: try FixtureLibrary.build(source: DevHost.source("old"), name: "greet"),
                toPath: project.path + "/functions/greet.so")
            // A process that ignores being asked, and one in the background: a group has to be ended as a whole.
            try project.configure(
                build: "trap \"\" TERM; sleep 1000 & echo $! > background; echo $$ > shell; sleep 1000; sleep 1000")
            usleep(20_000)
            try project.write("greet/greet.c", DevHost.source("new"))
        }
        try waitUntil("the build to run") { host.project.text("shell").hasSuffix("\n") }
        let pids = try ["background", "shell"].map { file in
            try #require(pid_t(host.project.text(file).trimmingCharacters(in: .newlines)))
        }

        // Meanwhile the old code answers.
        #expect(try host.gateway.get("/greet").text == "old")
        let start = Deadline.now()
        #expect(host.stop() == 0)

        #expect(Deadline.now() - start < 20_000_000_000)
        for pid in pids { #expect(!Self.isRunning(pid), "process \(pid) of the build has outlived brasa dev") }
        #expect(try host.events("build_finished").map(\.outcome) == ["cancelled"])
    }

    /// Whether a process lives; one that nobody has reaped does not.
    private static func isRunning(_ pid: pid_t) -> Bool {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
        guard let state = text.split(separator: ")").last?.split(separator: " ").first else { return false }
        return !["Z", "X"].contains(state)
    }

    @Test func losesNoRequestToABuildThatWritesTheLibrarySlowly() throws {
        let slow =
            "cc -shared -fPIC -fvisibility=hidden -I \(FixtureLibrary.repositoryPath)/Sources/CBrasa/include -o greet.tmp"
            + " greet/greet.c && { head -c 3000 greet.tmp; sleep 0.4; tail -c +3001 greet.tmp; } > functions/greet.so"
        let echo = "if (call->event.len != 3) return brasa_reply(call, call->event);"
        let host = try DevHost(build: slow, source: DevHost.source("one", body: echo))
        try host.waitForEvent("library") { $0.outcome == "live" }
        let load = LoadProbe(port: host.gateway.port, path: "/greet")
        try load.waitForRequests(10)

        try host.edit("two", body: echo)
        try waitUntil("the second library") {
            try host.events("library").filter { $0.outcome == "live" }.count == 2
        }
        try load.waitForRequests(10)

        let report = try load.stop()
        #expect(report.failures == [])
        #expect(try host.events("library").allSatisfy { $0.outcome == "live" })
    }

    @Test func putsTheLibraryBackThatAFailedBuildHasRuined() throws {
        let host = try DevHost(settings: ["description: first"])
        try host.waitForAnswer("one")

        try host.project.configure(build: "rm -f \"$BRASA_FUNCTIONS/greet.so\"; echo gone; exit 3")
        let failed = try host.waitForEvent("build_finished") { $0.outcome == "failed" }

        #expect(failed.reason == "exit status 3")
        #expect(try host.events("build_started").last?.reason == "its command has changed")
        #expect(host.project.exists("functions/greet.so"))
        #expect(try host.gateway.get("/greet").text == "one")
    }

    @Test func saysWhenACommandHasWrittenNoLibrary() throws {
        let host = try DevHost(build: "true")

        let failed = try host.waitForEvent("build_finished")

        #expect(failed.outcome == "failed")
        #expect(failed.reason?.contains("wrote no library to $BRASA_LIBRARY") == true)
    }

    @Test func buildsAtTheStartWhatIsOlderThanItsSourcesAndNothingElse() throws {
        let host = try DevHost()
        try host.waitForAnswer("one")
        #expect(host.stop() == 0)

        try host.startAgain()
        try host.waitForAnswer("one")
        #expect(try host.events("build_started").isEmpty)
        #expect(host.stop() == 0)
        try host.edit("two")
        try host.startAgain()

        try host.waitForAnswer("two")
        #expect(try host.events("build_started").map(\.reason) == ["it is older than its sources"])
    }

    @Test func leavesAFileAloneThatIsWrittenWithTheSameContent() throws {
        let host = try DevHost()
        try host.waitForAnswer("one")

        try host.edit("one")
        try host.project.write("greet/.hidden", "x")
        try host.project.write("greet/greet.o", "x")
        usleep(600_000)
        #expect(try host.events("build_started").count == 1)
        try host.project.write("greet/notes.txt", "x")

        // What the library is built from is not known: any other file counts.
        let started = try host.waitForEvent("build_started") { $0.reason == "greet/notes.txt has changed" }
        #expect(started.library == "greet.so")
        try waitUntil("the build to end") { try host.events("build_finished").count == 2 }
        #expect(try host.events("build_finished").last?.outcome == "unchanged")
    }

    @Test func slowsABuildDownThatWritesItsOwnSources() throws {
        let host = try DevHost(build: "date +%s%N > greet/stamp.h; echo x >> builds; \(DevHost.build)")

        let remark = try host.waitForEvent("build_remark")
        #expect(remark.message?.contains("because greet/stamp.h has changed meanwhile") == true)
        let start = Deadline.now()
        let before = host.project.text("builds").split(separator: "\n").count
        usleep(2_500_000)
        let builds = host.project.text("builds").split(separator: "\n").count - before
        let seconds = Double(Deadline.now() - start) / 1e9

        // Delays of 1, 2, 4 … seconds at least lie between the next ones; the first may have been about to begin.
        #expect(builds <= 1 + Int(log2(1 + seconds)))
        #expect(try host.gateway.get("/greet").text == "one")
    }

    @Test func buildsAFunctionThatIsAddedWhileItRuns() throws {
        let host = try DevHost()
        try host.waitForAnswer("one")

        try host.project.write(
            "Plugins/second/second.c", DevHost.source("more").replacing("\"greet\"", with: "\"second\""))
        try host.project.configure(
            build: DevHost.build,
            more: "  second:\n    handler: second.so\n    brasa:\n      build: "
                + DevHost.build.replacing("greet/greet.c", with: "Plugins/second/*.c") + "\n")

        try waitUntil("the second function") { try host.gateway.get("/second").text == "more" }
        #expect(try host.gateway.get("/greet").text == "one")
        try host.project.write(
            "Plugins/second/second.c", DevHost.source("less").replacing("\"greet\"", with: "\"second\""))
        try waitUntil("its new code") { try host.gateway.get("/second").text == "less" }
    }
}

import BlockingTests
import BrasaTesting
import Testing

/// What functions write, and how it is told apart by invocation.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct LogTests {
    @Test func keepsWhatAnInvocationWritesUnderItsIdentity() throws {
        try withHost(TestFunction(fixture: "prints")) { host in
            let calls = try (0..<5).map { _ in try host.gateway.start("GET", "/prints") }
            let identities = try calls.map { try $0.receive().requestID }

            let lines = try host.logLines(of: "prints", afterEndOf: identities)
            for identity in identities {
                let own = lines.filter { $0.requestID == identity }
                #expect(
                    own.filter { $0.source == "output" }.map(\.message)
                        == ["out one", "out two", "err one", "out without enderr without end"])
                #expect(
                    own.filter { $0.source == "log" }.map { "\($0.level ?? "") \($0.message)" }
                        == [#"INFO log one user=17 quote=a "b""# + "\n", "ERROR log two"])
                let platform = own.filter { $0.source == "platform" }.map(\.message)
                #expect(platform.count == 3)
                #expect(platform.first == "START RequestId: \(identity) Version: $LATEST")
                #expect(platform.dropFirst().first == "END RequestId: \(identity)")
                #expect(platform.last?.hasPrefix("REPORT RequestId: \(identity)\tDuration: ") == true)
                #expect(own.first?.message == platform.first)
                #expect(own.last?.message == platform.last)
            }
        }
    }

    @Test func keepsTheLinesOfInvocationsApartThatLineUpInOneInstance() throws {
        try withHost(TestFunction(fixture: "prints", settings: "brasa: { spare: 0 }")) { host in
            // Once it is known to be quick, calls wait behind others rather than wake another process.
            for _ in 0..<20 { #expect(try host.gateway.get("/prints").status == 200) }
            var identities: [String] = []
            for _ in 0..<10 {
                let calls = try (0..<12).map { _ in try host.gateway.start("GET", "/prints") }
                identities += try calls.map { try $0.receive().requestID }
            }

            let lines = try host.logLines(of: "prints").filter { $0.source == "output" }
            for identity in identities {
                #expect(
                    lines.filter { $0.requestID == identity }.map(\.message)
                        == ["out one", "out two", "err one", "out without enderr without end"])
            }
        }
    }

    @Test func keepsWhatInitWritesWithoutAnIdentity() throws {
        try withHost(TestFunction(fixture: "init_prints")) { host in
            // What is printed and that it is ready come on two ways.
            let lines = try waitFor("three lines") {
                let lines = try host.logLines(of: "init_prints")
                return lines.count >= 3 ? lines : nil
            }

            #expect(lines.map(\.message) == ["out in init", "err in init", "[INFO] log in init"])
            #expect(lines.allSatisfy { $0.requestID == nil && $0.source == "output" })
        }
    }

    @Test func keepsWhatWasWrittenBeforeACrash() throws {
        try withHost(TestFunction(fixture: "invoke_forks")) { host in
            let reply = try host.gateway.post("/invoke_forks", "crash")

            let lines = try host.logLines(of: "invoke_forks", afterEndOf: [reply.requestID])
                .filter { $0.requestID == reply.requestID }
            try #require(lines.count == 4)
            #expect(lines[1].source == "output")
            #expect(lines[1].message.hasPrefix("child "))
            #expect(lines[3].message.hasSuffix("\tStatus: error\tError Type: Runtime.ExitError"))
        }
    }

    @Test func keepsWhatWasWrittenBeforeATimeout() throws {
        try withHost(TestFunction(fixture: "invoke_forks", settings: "timeout: 2s")) { host in
            let reply = try host.gateway.post("/invoke_forks", "hang")

            let lines = try host.logLines(of: "invoke_forks", afterEndOf: [reply.requestID])
                .filter { $0.requestID == reply.requestID }
            try #require(lines.count == 4)
            #expect(lines[1].message.hasPrefix("child "))
            #expect(lines[3].message.hasSuffix("\tStatus: timeout"))
        }
    }

    @Test func takesMoreOutputThanAPipeHolds() throws {
        try withHost(TestFunction(fixture: "prints_much", settings: "timeout: 30")) { host in
            let reply = try host.gateway.post("/prints_much", "lines 1500")

            #expect(reply.text == "ok")
            let lines = try host.logLines(of: "prints_much").filter { $0.source == "output" }
            #expect(lines.count == 1_500)
            #expect(lines.enumerated().allSatisfy { Int($1.message.prefix(8)) == $0 && $1.message.count == 99 })
        }
    }

    @Test func splitsLinesThatDoNotEnd() throws {
        try withHost(TestFunction(fixture: "prints_line")) { host in
            let reply = try host.gateway.post("/prints_line", "bytes 100000")

            #expect(reply.text == "ok")
            let lines = try host.logLines(of: "prints_line").filter { $0.source == "output" }
            #expect(lines.map(\.message.utf8.count) == [65_536, 100_000 - 65_536])
        }
    }

    @Test func repairsWhatIsNoText() throws {
        try withHost(TestFunction(fixture: "prints_line")) { host in
            _ = try host.gateway.post("/prints_line", "binary bytes 3")

            let lines = try host.logLines(of: "prints_line").filter { $0.source == "output" }
            #expect(lines.map(\.message) == ["\u{fffd}\u{fffd}\u{fffd}"])
        }
    }

    @Test func givesCallersOfTheLambdaAPITheEndOfTheLog() throws {
        try withHost(TestFunction(fixture: "prints"), TestFunction(fixture: "prints_much")) { host in
            let short = try host.invoke("prints")
            let long = try host.invoke("prints_much", #""lines 1000""#)

            #expect(short.log.hasPrefix("START RequestId: \(short.requestID) Version: $LATEST\n"))
            #expect(short.log.contains("\nout one\nout two\n"))
            #expect(short.log.contains("\n[INFO] log one user=17 "))
            #expect(short.log.contains("\nEND RequestId: \(short.requestID)\nREPORT RequestId: \(short.requestID)\t"))
            #expect(long.log.utf8.count == 4_096)
            #expect(long.log.contains("00000999 "))
            #expect(long.log.hasSuffix("\n"))
        }
    }
}

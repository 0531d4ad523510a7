import BlockingTests
import BrasaTesting
import Foundation
import Glibc
import Testing

/// The screen of `brasa dev` on a real terminal, which `script` stands for.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct DevTerminalTests {
    private static let script: String? = ["/usr/bin/script", "/bin/script"].first { access($0, X_OK) == 0 }

    /// Runs `brasa dev` on a terminal until a build has failed, and gives all that the terminal got.
    private func run(_ environment: [String: String] = [:]) throws -> String {
        let folder = try HostFolder()
        let project = DevHost.Project(path: folder.path)
        try project.write("greet/greet.c", DevHost.source("one"))
        try project.configure(build: DevHost.build + " 2>&1")
        try project.write(
            "run.sh",
            """
            cd \(folder.path)
            shown() { n=0; until grep -qE -- "$1" typescript 2>/dev/null; do
                n=$((n + 1)); [ $n -lt 2000 ] || exit 9; sleep 0.03; done; }
            stty rows 12 cols 60 echo
            \(BuiltProgram.path("brasa")) dev --config config --functions functions --state state \
                --gateway-port 0 --control-port 0 &
            pid=$!
            shown 'ready|live in'
            stty -a | grep -q -- '-echo ' && touch silent
            echo 'oops' >> greet/greet.c
            shown 'build failed'
            stty rows 20 cols 90
            [ "$TERM" = dumb ] || shown '\(String(repeating: "─", count: 90))'
            kill -INT $pid
            wait $pid
            echo "ended with $?"
            stty -a | grep -q -- ' echo ' && echo "echoes again"

            """)
        let run = try ProgramRun(
            path: try #require(Self.script),
            arguments: ["-qefc", "sh \(folder.path)/run.sh", "\(folder.path)/typescript"],
            environment: environment.merging(["TERM": "xterm-256color", "NO_COLOR": ""]) { own, _ in own })
        #expect(project.exists("silent") || environment["TERM"] == "dumb", "what is typed is written into the screen")
        return run.output
    }

    @Test(.enabled(if: Self.script != nil, "the program script is not installed"))
    func drawsOneScreenFollowsItsSizeAndGivesItBack() throws {
        let output = try self.run()

        let entered = try #require(output.range(of: "\u{1b}[?1049h"))
        let left = try #require(output.range(of: "\u{1b}[?1049l"))
        #expect(entered.upperBound < left.lowerBound)
        let frames = output[entered.upperBound..<left.lowerBound].components(separatedBy: "\u{1b}[H").dropFirst()
        // With the library, without it, and in another size.
        #expect(frames.count >= 3)
        let heights = frames.map { $0.components(separatedBy: "\n").count }
        #expect(heights.allSatisfy { $0 <= 20 })
        #expect(frames.first?.contains("brasa dev") == true)
        #expect(frames.first.map { $0.components(separatedBy: "\n").count <= 12 } == true)
        let last = try #require(frames.last)
        #expect(last.contains("\u{1b}[31mbuild failed\u{1b}[0m"))
        #expect(last.contains("greet/greet.c:"))
        #expect(last.contains(String(repeating: "─", count: 90)))
        // Afterwards the lines are there for reading, and the terminal is what it was.
        let rest = output[left.upperBound...]
        #expect(rest.contains("build failed after"))
        #expect(rest.contains("ended with 0"))
        #expect(rest.contains("echoes again"))
        #expect(output.contains("\u{1b}[?25h"))
    }

    @Test(.enabled(if: Self.script != nil, "the program script is not installed"))
    func usesNoColoursWhereNobodyWantsThem() throws {
        let output = try self.run(["NO_COLOR": "1"])

        #expect(output.contains("\u{1b}[?1049h"))
        let drawn = output.components(separatedBy: "\u{1b}[?1049l")[0]
        #expect(drawn.contains("build failed"))
        #expect(!drawn.contains("\u{1b}[31m"))
        #expect(!drawn.contains("\u{1b}[2m"))
    }

    @Test(.enabled(if: Self.script != nil, "the program script is not installed"))
    func writesLinesOnATerminalThatCanDoNoMore() throws {
        let output = try self.run(["TERM": "dumb"])

        #expect(!output.contains("\u{1b}"))
        #expect(output.contains("build failed after"))
        #expect(output.contains("ended with 0"))
    }
}

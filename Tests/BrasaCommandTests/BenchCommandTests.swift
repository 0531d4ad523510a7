import Foundation
import Testing

@testable import brasa

/// The command line of `brasa bench`.
@Suite(.timeLimit(.minutes(5)))
struct BenchCommandTests {
    @Test(arguments: [
        (["--fail-if", "p99>1.1x"], "needs something to be x of: add --compare"),
        (["--fail-if", "p99>fast"], "fail-if"),
        (["--rounds", "1"], "--rounds is 1; allowed is 2 to 100."),
        (["--rate", "0"], "--rate is 0.0"),
        (["--connections", "1001"], "--connections is 1001"),
        (["--duration", "0"], "--duration is 0.0"),
    ])
    func refusesWhatMakesNoSense(arguments: [String], complaint: String) async {
        let console = TestConsole()
        let status = await console.run(["bench", "f"] + arguments)

        #expect(status == 64)
        #expect(console.errors.contains(complaint), "\(console.errors)")
    }

    @Test(arguments: [("", "neither a library"), ("{}", "neither a library"), ("[1,2]", "neither a library")])
    func refusesAFileThatIsNoMeasurement(content: String, complaint: String) async throws {
        let folder = try TestFolder()
        try content.write(toFile: "\(folder.path)/before.json", atomically: false, encoding: .utf8)
        let console = TestConsole()
        let status = await console.run(["bench", "f", "--compare", "\(folder.path)/before.json"])

        #expect(status == 1)
        #expect(console.errors.contains(complaint), "\(console.errors)")
    }

    @Test func saysWhichFileIsMissing() async throws {
        let console = TestConsole()
        let status = await console.run(["bench", "f", "--compare", "/nowhere/before.json"])

        #expect(status == 1)
        #expect(console.errors.contains("/nowhere/before.json cannot be read: No such file or directory."))
    }
}

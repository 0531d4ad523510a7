import ArgumentParser
import Testing

@testable import brasa

@Suite struct CommandLineTests {
    @Test func printsItsVersion() async {
        let console = TestConsole()

        #expect(await console.run("--version") == 0)
        #expect(console.output == "0.1.0\n")
    }

    @Test func explainsItselfWithoutASubcommand() async {
        let console = TestConsole()

        #expect(await console.run() == 0)
        #expect(console.output.contains("EXIT CODES"))
        #expect(console.errors == "")
    }

    @Test(arguments: ["serve", "invoke", "list", "logs", "inspect", "validate", "new", "completions"])
    func helpShowsExamples(command: String) async {
        let console = TestConsole()

        #expect(await console.run(command, "--help") == 0)
        #expect(console.output.contains("EXAMPLES"))
        #expect(console.output.contains("USAGE: brasa \(command)"))
    }

    /// Paragraphs are folded to the terminal's width by the parser, and examples would be folded too.
    @Test func helpFitsIntoEightyColumns() {
        for command in [BrasaCommand.self as any ParsableCommand.Type] + BrasaCommand.configuration.subcommands {
            let lines = command.configuration.discussion.split(separator: "\n", omittingEmptySubsequences: false)
            for (line, next) in zip(lines, lines.dropFirst() + [""]) {
                let isText = !line.hasPrefix(" ") && !line.isEmpty && line.uppercased() != line
                #expect(isText || line.count <= 80, "\(command): \(line)")
                #expect(!isText || next.isEmpty, "\(command): a paragraph is broken behind: \(line)")
            }
        }
    }

    @Test func unknownCommandsAreToldWithTheNearest() async {
        let console = TestConsole()

        #expect(await console.run("lst") == 64)
        #expect(console.errors.hasPrefix("error: There is no command \"lst\". Did you mean list? Commands are serve, "))
    }

    @Test(arguments: [("localhost:4566", "http://localhost:4566"), ("http://[::1]:1/", "http://[::1]:1")])
    func endpointsMayLeaveTheSchemeOut(argument: String, endpoint: String) throws {
        #expect(try ControlEndpoint(argument).description == endpoint)
    }

    @Test func badEndpointsAreToldWhatIsAllowed() async {
        let console = TestConsole()

        #expect(await console.run("list", "--endpoint", "nonsense") == 64)
        #expect(console.errors.contains("allowed is http://HOST:PORT, such as http://127.0.0.1:4566."))
    }

    @Test func complaintsAboutNamesNameTheUsage() async {
        let console = TestConsole()

        #expect(await console.run("new", "--lang", "c", "bad/name") == 64)
        #expect(console.errors.contains("Usage: brasa new"))
    }

    @Test(arguments: [
        ["bogus"], ["list", "--bogus"], ["invoke"], ["serve", "--gateway-port", "65536"],
        ["serve", "--gateway-port", "-1"], ["serve", "--gateway-port", "81", "--control-port", "81"],
        ["serve", "--opt", "novalue"], ["serve", "--opt", "a=1", "--opt", "a=2"],
        ["serve", "--stage", "x", "--opt", "stage=y"], ["serve", "--state", ""], ["validate", "--config", ""],
        ["invoke", "f", "{}", "--event-file", "e.json"], ["invoke", "f:"], ["invoke", ":live"],
        ["invoke", "f", "--async", "--log"], ["list", "--endpoint", "ftp://x"], ["list", "--endpoint", "nonsense"],
        ["list", "--endpoint", "http://h:1", "--control-port", "2"], ["list", "--control-port", "0"],
        ["logs", "f", "--tail", "-1"], ["inspect", ""], ["new", "--lang", "rust", "f"], ["new", "f"],
        ["completions", "tcsh"],
    ])
    func rejectsACommandLineThatMakesNoSense(arguments: [String]) async {
        let console = TestConsole()

        #expect(await Program.run(arguments, console: console.console) == 64)
        #expect(console.errors.hasPrefix("error: "))
        #expect(console.output == "")
    }

    @Test func complaintsNameTheSubcommandsUsage() async {
        let console = TestConsole()

        _ = await console.run("serve", "--gateway-port", "70000")

        #expect(console.errors.hasPrefix("error: --gateway-port is 70000; allowed is 0 to 65535"))
        #expect(console.errors.contains("Usage: brasa serve"))
    }

    @Test(arguments: [("bash", "_brasa"), ("zsh", "#compdef brasa"), ("fish", "complete -c 'brasa'")])
    func printsACompletionScript(shell: String, mark: String) async {
        let console = TestConsole()

        #expect(await console.run("completions", shell) == 0)
        #expect(console.output.contains(mark))
        #expect(console.output.contains("inspect"))
    }

    @Test func coloursErrorsOnATerminalOnly() async {
        let terminal = TestConsole(isTerminal: true)
        let plain = TestConsole(isTerminal: true, environment: ["NO_COLOR": "1"])

        _ = await terminal.run("inspect", "/nonexistent.so", "--static")
        _ = await plain.run("inspect", "/nonexistent.so", "--static")

        #expect(terminal.errors.hasPrefix("\u{1b}[31merror:\u{1b}[0m "))
        #expect(plain.errors.hasPrefix("error: "))
    }

    @Test func keepsLogLinesFromCommandingTheTerminal() {
        let terminal = TestConsole(isTerminal: true).console
        let pipe = TestConsole().console

        #expect(terminal.printable("a\u{1b}[2Jb\tc\nd\u{9b}e") == "a\u{FFFD}[2Jb\tc\nd\u{FFFD}e")
        #expect(pipe.printable("a\u{1b}[2Jb") == "a\u{1b}[2Jb")
    }

    @Test func alignsTheColumnsOfATable() {
        var table = Table([.init("NAME"), .init("SIZE", isNumber: true), .init("NOTE")])
        table.add(["a", "1000000", "x"])
        table.add(["longer", "1", ""])

        let text = table.render(style: Style(isTerminal: false, environment: [:]))

        #expect(text == "NAME       SIZE  NOTE\na       1000000  x\nlonger        1\n")
    }
}

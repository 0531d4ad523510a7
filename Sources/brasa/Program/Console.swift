import Foundation

/// Where a command reads and writes: the terminal, or what a test puts in its place.
struct Console: Sendable {
    /// The two streams a command writes to.
    enum Stream: Sendable {
        case output, errors
    }

    /// Whether a person reads the output as it comes.
    let isTerminal: Bool
    /// Whether a person reads the errors as they come, and the terminal can do more than lines.
    let errorsAreTerminal: Bool
    /// For the output.
    let style: Style
    /// For the errors.
    let errorStyle: Style
    let input: StandardInput
    let environment: [String: String]
    private let sink: @Sendable (Stream, Data) -> Void

    init(
        isTerminal: Bool, errorsAreTerminal: Bool, input: StandardInput, environment: [String: String],
        sink: @escaping @Sendable (Stream, Data) -> Void
    ) {
        self.isTerminal = isTerminal
        self.errorsAreTerminal = errorsAreTerminal && environment["TERM"] != "dumb"
        self.style = Style(isTerminal: isTerminal, environment: environment)
        self.errorStyle = Style(isTerminal: errorsAreTerminal, environment: environment)
        self.input = input
        self.environment = environment
        self.sink = sink
    }

    /// The streams of the process.
    static func standard() -> Console {
        Console(
            isTerminal: isatty(STDOUT_FILENO) == 1, errorsAreTerminal: isatty(STDERR_FILENO) == 1,
            input: .ofTheProcess(), environment: ProcessInfo.processInfo.environment
        ) { stream, bytes in
            StandardStream.write(bytes, to: stream == .output ? STDOUT_FILENO : STDERR_FILENO)
        }
    }

    /// Writes lines to the output; a line's end is added unless there is one.
    func print(_ text: String) { self.sink(.output, Self.ended(text)) }

    /// Writes bytes to the output as they are.
    func write(_ bytes: Data) { self.sink(.output, bytes) }

    /// Writes lines to the errors that are none: what goes on, or belongs beside the output.
    func note(_ text: String) { self.sink(.errors, Self.ended(text)) }

    /// Draws the line on the errors again in which the cursor stands, which stays there; for terminals only.
    func redraw(_ line: String) { self.sink(.errors, Data("\r\u{1b}[K\(line)".utf8)) }

    /// Writes `error: ` and a full sentence to the errors.
    func error(_ message: String) { self.note(self.errorStyle.red("error:") + " " + message) }

    /// `text` without what would command a terminal, when the output is one.
    ///
    /// Functions are not trusted with it: their log lines could otherwise rewrite what was printed before.
    func printable(_ text: String) -> String {
        guard self.isTerminal else { return text }
        var printable = ""
        for scalar in text.unicodeScalars {
            let isControl = scalar.properties.generalCategory == .control && scalar != "\t" && scalar != "\n"
            printable.unicodeScalars.append(isControl ? "\u{FFFD}" : scalar)
        }
        return printable
    }

    private static func ended(_ text: String) -> Data { Data((text.hasSuffix("\n") ? text : text + "\n").utf8) }
}

/// Colours for one stream; off unless it is a terminal that wants them.
struct Style: Sendable, Hashable {
    let isOn: Bool

    /// Off for anything but a terminal, with `NO_COLOR` set to anything, and on a dumb terminal.
    ///
    /// Source: https://no-color.org
    init(isTerminal: Bool, environment: [String: String]) {
        let isUnwanted = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        self.isOn = isTerminal && !isUnwanted && environment["TERM"] != "dumb"
    }

    func bold(_ text: String) -> String { self.paint(text, 1) }
    func dim(_ text: String) -> String { self.paint(text, 2) }
    func red(_ text: String) -> String { self.paint(text, 31) }
    func green(_ text: String) -> String { self.paint(text, 32) }
    func yellow(_ text: String) -> String { self.paint(text, 33) }

    private func paint(_ text: String, _ code: Int) -> String {
        self.isOn && !text.isEmpty ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }
}

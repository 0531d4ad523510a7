import Dispatch
import Foundation
import Synchronization

/// The terminal while a whole screen is drawn on it.
///
/// Uses what every terminal since the VT100 and xterm's second screen understands.
final class TerminalScreen: Sendable {
    private struct State {
        var isEntered = false
        var hasLeft = false
        /// How the terminal was set before; nil: that is not known.
        var settings: termios?
        var sources: [any DispatchSourceSignal] = []
    }

    private let console: Console
    private let state = Mutex(State())

    init(_ console: Console) {
        self.console = console
    }

    /// Whether the terminal is this process's to draw on: a job in the background would be stopped for trying.
    static var isOurs: Bool { tcgetpgrp(STDOUT_FILENO) == getpgrp() }

    /// Columns and rows.
    var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Takes the terminal over.
    ///
    /// - Parameter onResize: called when its size has changed, and when the process was stopped and goes on.
    func enter(_ onResize: @escaping @Sendable () -> Void) {
        self.takeOver()
        self.state.withLock { state in
            state.sources = [
                Self.source(SIGWINCH, onResize),
                // Ctrl-Z shall find the shell's own screen.
                Self.source(SIGTSTP) { [weak self] in
                    self?.giveBack()
                    kill(getpid(), SIGSTOP)
                    self?.takeOver()
                    onResize()
                },
            ]
        }
    }

    /// Gives it back as it was, for good.
    func leave() {
        self.state.withLock { state in
            for source in state.sources { source.cancel() }
            state.sources = []
            state.hasLeft = true
        }
        self.giveBack()
    }

    /// Draws lines from the top; what was below them before is gone.
    func show(_ lines: [String]) {
        // Held while writing, so that nothing is drawn after it was given back.
        self.state.withLock { state in
            guard state.isEntered else { return }
            let frame = lines.map { "\($0)\u{1b}[K" }.joined(separator: "\r\n")
            self.console.write(Data("\u{1b}[H\(frame)\u{1b}[J".utf8))
        }
    }

    private func takeOver() {
        self.state.withLock { state in
            guard !state.isEntered, !state.hasLeft else { return }
            state.isEntered = true
            var settings = termios()
            if tcgetattr(STDOUT_FILENO, &settings) == 0 {
                state.settings = settings
                // What is typed must not be written into the screen. Ctrl-C stays what it is.
                settings.c_lflag &= ~tcflag_t(ECHO)
                tcsetattr(STDOUT_FILENO, TCSANOW, &settings)
            }
            self.console.write(Data("\u{1b}[?1049h\u{1b}[?25l\u{1b}[2J".utf8))
        }
    }

    private func giveBack() {
        self.state.withLock { state in
            guard state.isEntered else { return }
            state.isEntered = false
            self.console.write(Data("\u{1b}[0m\u{1b}[?25h\u{1b}[?1049l".utf8))
            if var settings = state.settings {
                tcflush(STDOUT_FILENO, TCIFLUSH)
                tcsetattr(STDOUT_FILENO, TCSANOW, &settings)
            }
        }
    }

    private static func source(_ number: Int32, _ handler: @escaping @Sendable () -> Void) -> any DispatchSourceSignal {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler(handler: handler)
        source.resume()
        return source
    }
}

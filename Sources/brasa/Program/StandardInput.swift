import Foundation

/// What stands behind standard input.
struct StandardInput: Sendable {
    /// What it is, as far as it matters for whether somebody meant it to be read.
    enum Kind: Sendable {
        /// A person at a keyboard.
        case terminal
        /// A pipe or a file: redirected on purpose.
        case redirected
        /// Nothing, or something a service manager put there, such as a socket.
        case other
    }

    let kind: Kind
    /// Reads to the end.
    ///
    /// Blocks. The closure is called with a remark when nothing comes for two seconds.
    let readAll: @Sendable (_ remark: (String) -> Void) throws -> Data

    /// That of the process.
    static func ofTheProcess() -> StandardInput {
        var about = stat()
        var kind = Kind.other
        if isatty(STDIN_FILENO) == 1 {
            kind = .terminal
        } else if fstat(STDIN_FILENO, &about) == 0, [S_IFIFO, S_IFREG].contains(about.st_mode & S_IFMT) {
            kind = .redirected
        }
        let isTerminal = kind == .terminal
        return StandardInput(kind: kind) { remark in
            var ready = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            if isTerminal || poll(&ready, 1, 2_000) == 0 {
                remark("Waiting for the event on standard input; end it with Ctrl-D, or give it as an argument.")
            }
            return try FileHandle.standardInput.readToEnd() ?? Data()
        }
    }
}

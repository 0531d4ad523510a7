/// What the program tells the shell; documented in the root command's help.
enum ExitStatus: Int32, Sendable {
    case ok = 0
    /// What was asked for failed: the function, a configuration, a library.
    case failed = 1
    /// The command line makes no sense (EX_USAGE).
    case usage = 64
    /// No host answers (EX_UNAVAILABLE).
    case unavailable = 69
    /// A defect of the program or of the host it asked (EX_SOFTWARE).
    case internalError = 70
}

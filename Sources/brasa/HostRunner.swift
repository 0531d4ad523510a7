import BrasaConfig

/// Runs the host for `brasa serve`.
enum HostRunner {
    /// What the command line says beside the configuration.
    struct Options: Sendable {
        /// The `brasa-worker` program; exists.
        let workerPath: String
        /// Whether `HostReady` is printed as JSON.
        let isJSON: Bool
        let console: Console
    }

    /// Serves until the process is told to stop.
    ///
    /// - Throws: `CommandFailure` when the host cannot start.
    static func run(configuration: Configuration, options: Options) async throws {
        throw CommandFailure(.internalError, "Serving is not built in yet.")
    }
}

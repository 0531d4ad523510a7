import BrasaConfig
import BrasaHost
import Foundation
import Glibc
import Logging

// Foundation has a type of this name too.
import class BrasaHost.Host

/// Runs the host for `brasa serve`.
enum HostRunner {
    /// What the command line says beside the configuration.
    struct Options: Sendable {
        /// The `brasa-worker` program; exists.
        let workerPath: String
        /// Whether `HostReady` is printed as JSON.
        let isJSON: Bool
        /// Where the configuration is read again when its files change.
        let source: ConfigurationSource
        let console: Console
    }

    /// Serves until the process is told to stop by SIGINT or SIGTERM; a second signal ends it at once.
    ///
    /// - Throws: `CommandFailure` when the host cannot start.
    static func run(configuration: Configuration, options: Options) async throws {
        let signals = StopSignals()
        var logger = Logger(label: "brasa") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = Logger.Level(rawValue: configuration.host.logLevel.rawValue) ?? .info
        var hostOptions = Host.Options(workerPath: options.workerPath)
        let feed = LogFeed(console: options.console)
        hostOptions.configurationSource = options.source
        hostOptions.onLogLine = { function, text in feed.add("[\(function)] \(text)") }
        let host = try await Self.start(configuration, options: hostOptions, logger: logger)
        for function in host.functions {
            if let problem = function.problem {
                options.console.note("warning: \(function.name) is not served: \(problem)")
            }
        }
        let ready = HostReady(
            gateway: HostReady.Address(host: configuration.host.gateway.host, port: host.gatewayPort),
            control: HostReady.Address(host: configuration.host.control.host, port: host.controlPort),
            pid: ProcessInfo.processInfo.processIdentifier, memoryCap: host.memoryCap,
            functionCount: host.functions.count { $0.problem == nil })
        options.console.print(try ready.text(asJSON: options.isJSON))
        await signals.first()
        options.console.note("Stopping: running invocations finish first. Press Ctrl-C again to end at once.")
        await host.stop()
    }

    private static func start(
        _ configuration: Configuration, options: Host.Options, logger: Logger
    ) async throws(CommandFailure) -> Host {
        do {
            return try await Host.start(configuration, options: options, logger: logger)
        } catch {
            throw CommandFailure(.failed, error.message, cause: error)
        }
    }
}

/// Waits for the signals that ask a process to stop.
private final class StopSignals {
    private let stream: AsyncStream<Void>
    private let sources: [any DispatchSourceSignal]

    init() {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        self.stream = stream
        self.sources = [SIGINT, SIGTERM].map { number in
            // The source only sees what the default action does not end the process for.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            let count = Counter()
            source.setEventHandler {
                if count.next() > 1 { _exit(128 + number) }
                continuation.yield()
            }
            source.resume()
            return source
        }
    }

    /// Returns when the first signal has come.
    func first() async {
        for await _ in self.stream { return }
    }

    /// Counts the deliveries of one source, whose handler never runs twice at once.
    private final class Counter: @unchecked Sendable {
        // Only touched by the handler of one source.
        private var value = 0

        func next() -> Int {
            self.value += 1
            return self.value
        }
    }
}

package import BrasaConfig
import BrasaGateway
import BrasaModel
import BrasaPool
import BrasaRouter
import BrasaSQLite
import CBrasaTransport
import Glibc
package import Logging
import NIOCore
import NIOPosix

/// A running host: everything wired together, in the order an event flows.
///
/// Threads: one event loop for clients of functions, pools and instances, so that an invocation never changes threads; one
/// loop for the control port; two threads for work that blocks; one that supervises zygotes; one for each SQLite writer.
package final class Host: Sendable {
    /// What differs from run to run and is not configuration.
    package struct Options: Sendable {
        /// The `brasa-worker` program.
        package var workerPath: String
        /// Waits after the first, second … error of an asynchronous event, in milliseconds; nil: AWS's.
        package var asyncRetryDelaysMilliseconds: [Int64]?
        /// Where the configuration is read again when its files change; nil: it is not.
        package var configurationSource: ConfigurationSource?
        /// Sees what happens; nil: nobody.
        ///
        /// Called from any thread, and must return at once. What becomes of libraries is told here and not once more by
        /// the logger.
        package var onEvent: (@Sendable (HostEvent) -> Void)?
        /// A function that somebody looks at with a debugger: one instance that stays, and no time limits; nil: none.
        package var debuggedFunction: String?
        /// Sees every line of every function's log; nil: nobody.
        package var onLogLine: (@Sendable (_ function: String, _ text: String) -> Void)?

        package init(workerPath: String) {
            self.workerPath = workerPath
        }
    }

    package let gatewayPort: Int
    package let controlPort: Int
    /// The memory cap in force: `cgroup2`, `cgroup1` or `rlimit`.
    package let memoryCap: String
    /// What became of each function of the folder, by name.
    package let functions: [FolderReport]
    private let parts: Parts

    private init(gatewayPort: Int, controlPort: Int, memoryCap: String, functions: [FolderReport], parts: Parts) {
        self.gatewayPort = gatewayPort
        self.controlPort = controlPort
        self.memoryCap = memoryCap
        self.functions = functions
        self.parts = parts
    }

    /// Starts a host; returns when both ports answer and every function has been started or refused.
    ///
    /// - Throws: `HostError` when the state directory, the functions folder, a port or the memory cap cannot be had. A function that cannot be
    ///   started is not an error: see `functions`.
    package static func start(
        _ configuration: Configuration, options: Options, logger: Logger
    ) async throws(HostError) -> Host {
        let parts = try await Parts.make(configuration, options: options, logger: logger)
        do {
            let functions = try await parts.loadFunctions()
            let ports = try await parts.listen()
            return Host(
                gatewayPort: ports.gateway, controlPort: ports.control, memoryCap: parts.capName, functions: functions,
                parts: parts)
        } catch {
            await parts.stop(drainSeconds: 0)
            throw error
        }
    }

    /// Stops: takes no new requests, lets those under way finish, ends all processes, closes the state.
    package func stop() async { await self.parts.stop(drainSeconds: nil) }
}

/// A host that could not be started.
package struct HostError: Error, CustomStringConvertible {
    /// What kind of thing was in the way.
    package enum Code: Sendable, Hashable {
        case state, memoryCap, port, worker, functions
    }

    package let code: Code
    /// A full sentence that names the path, port or setting.
    package let message: String
    package let cause: (any Error)?

    package var description: String { self.message }

    init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }
}

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
import Synchronization

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
    private let start: HostStart
    /// nil once the host has stopped, and while it reopens.
    private let parts: Mutex<Parts?>
    /// Applies what the state pages were asked, one after the other.
    private let reopening = Mutex<Task<Void, Never>?>(nil)

    private init(_ start: HostStart, _ parts: Parts, functions: [FolderReport], gatewayPort: Int, controlPort: Int) {
        self.start = start
        self.parts = Mutex(parts)
        self.functions = functions
        self.memoryCap = parts.capName
        self.gatewayPort = gatewayPort
        self.controlPort = controlPort
    }

    /// Starts a host; returns when both ports answer and every function has been started or refused.
    ///
    /// - Throws: `HostError` when the state directory, the functions folder, a port or the memory cap cannot be had. A
    ///   function that cannot be started is not an error: see `functions`.
    package static func start(
        _ configuration: Configuration, options: Options, logger: Logger
    ) async throws(HostError) -> Host {
        var start = HostStart(configuration: configuration, options: options, logger: logger)
        let running = try await start.run()
        // Whoever knows the ports finds the host there when it reopens.
        start.configuration.host.gateway.port = running.gatewayPort
        start.configuration.host.control.port = running.controlPort
        let host = Host(
            start, running.parts, functions: running.functions, gatewayPort: running.gatewayPort,
            controlPort: running.controlPort)
        host.listenToStatePages(running.parts)
        return host
    }

    /// Stops: takes no new requests, lets those under way finish, ends all processes, closes the state.
    package func stop() async {
        await self.reopening.withLock { $0 }?.value
        guard let parts = self.takeParts() else { return }
        await parts.stop(drainSeconds: nil)
    }

    private func takeParts() -> Parts? {
        self.parts.withLock { parts in
            defer { parts = nil }
            return parts
        }
    }

    private func listenToStatePages(_ parts: Parts) {
        parts.statePages.setReopen { [weak self] in
            guard let self else { return }
            self.reopening.withLock { task in
                let earlier = task
                // Unstructured because it outlives the request that asked for it; `stop` waits for it.
                task = Task {
                    await earlier?.value
                    await self.reopen()
                }
            }
        }
    }

    /// Stops and starts again at the same ports, with the state that was prepared.
    private func reopen() async {
        guard let parts = self.takeParts() else { return }
        await parts.stop(drainSeconds: nil)
        var start = self.start
        // The files may have changed since the host was started; its ports stay those it took.
        if let current = await parts.configurationKeeper?.current {
            let (gateway, control) = (start.configuration.host.gateway, start.configuration.host.control)
            start.configuration = current
            start.configuration.host.gateway = gateway
            start.configuration.host.control = control
        }
        let replacement = StateReplacement(parts.configuration.host.stateFolder)
        do {
            let running: HostStart.Running
            do {
                running = try await start.run(lock: parts.lock)
                self.start.logger.notice(
                    "The state was replaced.", metadata: ["state": "\(parts.configuration.host.stateFolder)"])
            } catch {
                self.start.logger.error("The new state is not usable; the former is put back. \(error)")
                try replacement.undo()
                running = try await start.run(lock: parts.lock)
            }
            self.parts.withLock { $0 = running.parts }
            self.listenToStatePages(running.parts)
        } catch {
            // Neither the new state nor the old can be worked with: whoever supervises the process has to know.
            self.start.logger.critical("The host cannot start again after its state was replaced. \(error)")
            exit(EXIT_FAILURE)
        }
    }
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

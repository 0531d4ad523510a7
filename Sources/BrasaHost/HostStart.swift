import BrasaConfig
import BrasaSQLite
import Logging

/// All it takes to start a host, also once more.
struct HostStart: Sendable {
    var configuration: Configuration
    let options: Host.Options
    let logger: Logger

    /// A host that has come up.
    struct Running {
        let parts: Parts
        let functions: [FolderReport]
        let gatewayPort: Int
        let controlPort: Int
    }

    /// Starts; returns when both ports answer and every function has been started or refused.
    ///
    /// - Parameter lock: the state directory's, when this process has it already.
    func run(lock: StateDirectoryLock? = nil) async throws(HostError) -> Running {
        let parts = try await Parts.make(
            self.configuration, options: self.options, lock: lock, logger: self.logger)
        do {
            try await parts.makeTables()
            let functions = try await parts.loadFunctions()
            let ports = try await parts.listen()
            StateReplacement(parts.configuration.host.stateFolder).confirm()
            return Running(
                parts: parts, functions: functions, gatewayPort: ports.gateway, controlPort: ports.control)
        } catch {
            await parts.stop(drainSeconds: 0)
            throw error
        }
    }
}

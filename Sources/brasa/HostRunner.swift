import BrasaConfig
import BrasaHost
import Foundation
import Logging

// Foundation has a type of this name too.
import class BrasaHost.Host

/// Runs a host for `brasa serve` and `brasa dev`.
enum HostRunner {
    /// Serves while `serving` runs, then stops: running invocations finish first.
    ///
    /// - Throws: `CommandFailure` when the host cannot start, and what `serving` throws.
    static func run(
        configuration: Configuration, options: Host.Options, logger: Logger,
        serving: (Host, HostReady) async throws -> Void
    ) async throws {
        let host = try await Self.start(configuration, options: options, logger: logger)
        let ready = HostReady(
            gateway: HostReady.Address(host: configuration.host.gateway.host, port: host.gatewayPort),
            control: HostReady.Address(host: configuration.host.control.host, port: host.controlPort),
            pid: ProcessInfo.processInfo.processIdentifier, memoryCap: host.memoryCap,
            functionCount: host.functions.count { $0.problem == nil })
        do {
            try await serving(host, ready)
        } catch {
            await host.stop()
            throw error
        }
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

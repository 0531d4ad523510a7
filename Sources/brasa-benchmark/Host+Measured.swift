import BrasaConfig
import BrasaHost
import BrasaTesting
import Logging

import class BrasaHost.Host

extension Host {
    /// A whole host in this process: free ports, a state folder of its own, the defaults otherwise.
    static func measured(functions: String, programs: Programs) async throws -> Host {
        var configuration = Configuration()
        configuration.host.functionsFolder = functions
        configuration.host.stateFolder = try FixtureLibrary.makeFolder()
        configuration.host.gateway.port = 0
        configuration.host.control.port = 0
        var logger = Logger(label: "benchmark") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        return try await Host.start(configuration, options: Host.Options(workerPath: programs.worker), logger: logger)
    }
}

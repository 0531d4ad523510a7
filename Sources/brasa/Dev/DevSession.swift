import BrasaConfig
import BrasaHost
import Foundation
import Logging

// Foundation has a type of this name too.
import class BrasaHost.Host

/// One run of `brasa dev`: a host, a builder, and what shows both.
struct DevSession {
    let configuration: Configuration
    let workerPath: String
    /// As it was given.
    let configurationFolder: String
    let source: ConfigurationSource
    /// The function that is debugged; nil: none.
    let debugged: String?
    let isJSON: Bool
    let console: Console

    /// Runs until the process is told to stop.
    ///
    /// - Throws: `CommandFailure` when the host cannot start.
    func run() async throws {
        let output = DevOutput(self.console, isJSON: self.isJSON)
        let signals = StopSignals { output.restore() }
        let (configurations, sink) = AsyncStream<Configuration>.makeStream()
        var options = Host.Options(workerPath: self.workerPath)
        options.configurationSource = self.source
        options.debuggedFunction = self.debugged
        options.onEvent = { event in
            if case .configured(let configuration) = event { sink.yield(configuration) }
            output.add(.host(event))
        }
        var logger = Logger(label: "brasa") { _ in DevLogHandler(output: output) }
        logger.logLevel = Logger.Level(rawValue: self.configuration.host.logLevel.rawValue) ?? .info
        let builder = Builder(self.plan(self.configuration), environment: self.console.environment) {
            output.add(.build($0))
        }
        defer { output.stop() }
        try await HostRunner.run(configuration: self.configuration, options: options, logger: logger) { host, ready in
            output.add(.ready(ready, functions: self.configuration.functions.map(\.name)))
            for report in host.functions { output.add(.found(function: report.name, problem: report.problem)) }
            if let name = self.debugged, !host.functions.contains(where: { $0.name == name }),
                !self.configuration.functions.contains(where: { $0.name == name })
            {
                output.add(.note("warning: There is no function \(name) yet; it is debugged once there is."))
            }
            output.start()
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await builder.run() }
                group.addTask {
                    for await configuration in configurations {
                        output.add(.configured(functions: configuration.functions.map(\.name)))
                        await builder.replace(self.plan(configuration))
                    }
                }
                await signals.first()
                group.cancelAll()
            }
            output.stop()
            self.console.note("Stopping: running invocations finish first. Press Ctrl-C again to end at once.")
        }
    }

    private func plan(_ configuration: Configuration) -> BuildPlan {
        let workingDirectory = FileManager.default.currentDirectoryPath
        return BuildPlan(
            configuration,
            project: BuildPlan.project(configuration: self.configurationFolder, workingDirectory: workingDirectory),
            workingDirectory: workingDirectory)
    }
}

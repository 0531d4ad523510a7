import BrasaConfig
import BrasaHost
import Foundation
import Logging

let arguments = CommandLine.arguments
var (configuration, problems) = Configuration.load(directory: arguments[1], environment: ProcessInfo.processInfo.environment, functionsFolder: arguments[2])
for problem in problems { print(problem) }
guard var configuration else { exit(1) }
configuration.host.stateFolder = arguments[3]
configuration.host.functionsFolder = arguments[2]
configuration.host.gateway.port = Int(arguments[4])!
configuration.host.control.port = Int(arguments[5])!
let directory = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
var options = Host.Options(workerPath: directory + "/brasa-worker")
options.onLogLine = { print("[\($0)] \($1)") }
let host = try await Host.start(configuration, options: options, logger: Logger(label: "brasa"))
print(host.gatewayPort, host.controlPort, host.memoryCap, host.functions)
while true { try await Task.sleep(for: .seconds(1000)) }

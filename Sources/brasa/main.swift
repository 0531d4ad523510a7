import Foundation

ControlClient.exemptLoopbackFromProxies()
exit(await Program.run(Array(CommandLine.arguments.dropFirst()), console: .standard()))

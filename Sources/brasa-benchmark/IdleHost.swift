import BrasaHost
import BrasaTesting
import Foundation
import FoundationNetworking
import Glibc

import class BrasaHost.Host

/// CPU time of a whole host that has functions loaded, instances warm, ports open, and nothing to do.
struct IdleHost {
    let programs: Programs
    private static let seconds = 10

    func measure() async throws -> Finding {
        let functions = try FixtureLibrary.makeFolder()
        for library in [self.programs.function] + self.programs.otherFunctions {
            let name = URL(fileURLWithPath: library).lastPathComponent.dropFirst("lib".count)
            try FileManager.default.copyItem(atPath: library, toPath: "\(functions)/\(name)")
        }
        let host = try await Host.measured(functions: functions, programs: self.programs)
        for function in host.functions {
            guard let url = URL(string: "http://127.0.0.1:\(host.gatewayPort)/\(function.name)") else { continue }
            _ = try await URLSession.shared.data(from: url)
        }
        try await Task.sleep(for: .seconds(2))
        let all = ProcessTable.descendants(of: getpid())
        let before = (HTTPThroughput.ownMicroseconds(), Self.cpuSeconds(all))
        try await Task.sleep(for: .seconds(Self.seconds))
        let own = (HTTPThroughput.ownMicroseconds() - before.0) / Double(Self.seconds) / 1e6 * 100
        let theirs = (Self.cpuSeconds(all) - before.1) / Double(Self.seconds) * 100
        await host.stop()
        return Finding(
            key: "idle_cpu", title: "idle host, share of one CPU", unit: "%", figure: own,
            goal: Finding.Goal(subject: .figure, direction: .atMost, value: 0.5),
            details: [
                "functions": Double(host.functions.count), "worker_processes": Double(all.count),
                "workers_percent": theirs, "seconds": Double(Self.seconds),
            ])
    }

    private static func cpuSeconds(_ pids: [Int32]) -> Double {
        pids.reduce(0) { $0 + ProcessTable.cpuSeconds(of: $1) }
    }
}

import Foundation
import Glibc

/// Where a run took place, without names.
struct Machine: Sendable, Encodable {
    let cpus: Int
    let memoryGigabytes: Double
    let kernel: String
    let architecture: String

    static var current: Machine {
        var system = utsname()
        uname(&system)
        func text(_ field: some Any) -> String {
            withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        let information = ProcessInfo.processInfo
        return Machine(
            cpus: information.activeProcessorCount,
            memoryGigabytes: (Double(information.physicalMemory) / 1e8).rounded() / 10, kernel: text(system.release),
            architecture: text(system.machine))
    }

    var text: String {
        "\(self.cpus) CPUs, \(self.memoryGigabytes) GB, Linux \(self.kernel), \(self.architecture)"
    }
}

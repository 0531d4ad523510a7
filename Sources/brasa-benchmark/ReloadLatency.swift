import BrasaHost
import BrasaTesting
import Foundation
import Glibc

import class BrasaHost.Host

/// How long new code takes to answer: from the rename of its library into the functions folder to its first reply over HTTP.
struct ReloadLatency {
    let programs: Programs
    private static let samples = 100
    /// Distinguishes one library from the next; a place in the file that nobody reads.
    private static let marker = Array("GENERATION:".utf8)

    func measure() async throws -> Finding {
        let folder = try HostFolder()
        let library = try FixtureLibrary.build("generation")
        try folder.put(library, as: "generation")
        let host = try await Host.measured(functions: folder.functions, programs: self.programs)
        let template = Array(FileManager.default.contents(atPath: library) ?? Data())
        guard let place = template.firstRange(of: Self.marker)?.upperBound else {
            throw Bed.NotReady(description: "\(library) has no place for a generation.")
        }
        let connection = try HTTPConnection(port: host.gatewayPort)
        var milliseconds: [Double] = []
        for number in 1...Self.samples {
            let digits = Array(String(String(1_000_000 + number).dropFirst()).utf8)
            var bytes = template
            bytes.replaceSubrange(place..<(place + digits.count), with: digits)
            let beside = "\(folder.path)/incoming"
            try Data(bytes).write(to: URL(fileURLWithPath: beside))
            // A rename over another file would write the new one's data out first: the disk's time, not the host's.
            let file = open(beside, O_RDONLY)
            fsync(file)
            close(file)
            let begin = monotonicNanoseconds()
            guard rename(beside, "\(folder.functions)/generation.so") == 0 else {
                throw Bed.NotReady(description: "\(beside) cannot be renamed.")
            }
            let deadline = begin + 10_000_000_000
            while true {
                try connection.send("GET", "/generation")
                if Array(try connection.receive().body.prefix(digits.count)) == digits { break }
                guard monotonicNanoseconds() < deadline else {
                    throw Bed.NotReady(description: "generation \(number) does not answer.")
                }
                usleep(200)
            }
            milliseconds.append(Double(monotonicNanoseconds() - begin) / 1e6)
            // The next one does not meet what this one still does: storing, and ending the old processes.
            try await Task.sleep(for: .milliseconds(30))
        }
        await host.stop()
        let all = Samples(milliseconds)
        return Finding(
            key: "reload", title: "reload, rename of the library to the first new reply, p50", unit: "ms",
            figure: all.median, goal: Finding.Goal(subject: .figure, direction: .atMost, value: 5),
            details: [
                "p90_ms": all.percentile(0.9), "p99_ms": all.percentile(0.99), "lowest_ms": all.lowest,
                "samples": Double(Self.samples),
            ])
    }
}

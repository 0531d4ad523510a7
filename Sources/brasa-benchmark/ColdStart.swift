import BrasaModel
import CBrasaTransport
import Glibc

/// From an accepted event to its reply when the zygote is ready but no instance is: fork, thaw, invoke, reply.
///
/// The floor is a process with the same library loaded that forks a child, which does nothing but say so; asked for over the same
/// kind of socket, answered by the same kind of doorbell. Beside it the fork timed by the forking process itself.
struct ColdStart {
    let programs: Programs
    private static let samplesPerRound = 40

    func measure(rounds: Int) async throws -> [Finding] {
        let bed = try await Bed.make(programs: self.programs)
        let floor = try FloorProcess(program: self.programs.floor, role: "fork:\(self.programs.function)")
        _ = try await bed.serve(self.programs.function, as: "hello-c") {
            $0.spareInstances = 0
            $0.retireAfterInvocations = 1
        }
        var asked: [(Double, Double)] = []
        var bare: [(Double, Double)] = []
        var all: [UInt64] = []
        for round in -1..<rounds {
            var ours: [UInt64] = []
            var forks: [UInt64] = []
            for _ in 0..<Self.samplesPerRound {
                ours += try await Calls.run("hello-c", on: bed)
                // The instance before has to be gone, and the host to have made ready for another.
                try await Task.sleep(for: .milliseconds(4))
                forks.append(try Self.fork(floor))
                try await Task.sleep(for: .milliseconds(4))
            }
            let timed = try Self.timedForks(floor)
            if round < 0 { continue }
            let figure = Samples(nanoseconds: ours).median
            asked.append((figure, Samples(nanoseconds: forks).median))
            bare.append((figure, Samples(nanoseconds: timed).median))
            all += ours
        }
        try await bed.stop()
        return [
            Finding(
                key: "cold_start", title: "cold start, event to reply, p50", unit: "us", rounds: asked,
                goal: Finding.Goal(subject: .ratio, direction: .atMost, value: 2.5),
                details: ["p99_us": Samples(nanoseconds: all).percentile(0.99), "samples": Double(all.count)]),
            Finding(
                key: "cold_start_strict", title: "  the same against a fork timed inside the zygote", unit: "us",
                rounds: bare, goal: nil),
        ]
    }

    private static func fork(_ floor: FloorProcess) throws -> UInt64 {
        let begin = monotonicNanoseconds()
        floor.ask(UInt32(UInt8(ascii: "f")))
        try floor.waitForBell()
        return monotonicNanoseconds() - begin
    }

    private static func timedForks(_ floor: FloorProcess) throws -> [UInt64] {
        floor.ask(UInt32(UInt8(ascii: "n")))
        var samples = [UInt64](repeating: 0, count: 50)
        let bytes = samples.count * 8
        guard recv(floor.control, &samples, bytes, 0) == bytes else {
            throw FloorProcess.StartError(description: "The floor did not answer with its forks.")
        }
        return samples
    }
}

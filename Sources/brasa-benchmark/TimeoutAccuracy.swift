import BrasaModel
import BrasaTesting

/// How late the caller hears of a timeout: from the deadline to the outcome.
struct TimeoutAccuracy {
    let programs: Programs
    private static let samples = 150
    private static let timeoutMilliseconds = 50

    func measure() async throws -> Finding {
        let bed = try await Bed.make(programs: self.programs)
        _ = try await bed.serve(try FixtureLibrary.build("invoke_hangs"), as: "hangs") {
            $0.timeoutMilliseconds = Self.timeoutMilliseconds
            $0.spareInstances = 2
        }
        var errors: [Double] = []
        for number in 0..<Self.samples {
            // One in three burns a CPU until it is killed.
            let payload = number % 3 == 0 ? "\"loop\"" : "\"sleep\""
            let durations = try await Calls.run("hangs", on: bed, payload: payload, expecting: .timeout)
            let late = Double(durations[0]) / 1e6 - Double(Self.timeoutMilliseconds)
            errors.append(abs(late))
            // Time for a spare instance to be forked, so that the next call's time is its own.
            try await Task.sleep(for: .milliseconds(5))
        }
        try await bed.stop()
        let all = Samples(errors)
        return Finding(
            key: "timeout_error", title: "timeout, error of the caller's deadline, p99", unit: "ms",
            figure: all.percentile(0.99), goal: Finding.Goal(subject: .figure, direction: .atMost, value: 10),
            details: ["p50_ms": all.median, "max_ms": all.highest, "samples": Double(errors.count)])
    }
}

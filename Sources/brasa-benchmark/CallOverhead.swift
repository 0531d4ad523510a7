import BrasaTesting

/// What a call costs beside the function itself, where no process is switched: in a thread of the host, and through libffi.
///
/// Measured in `brasa-floor calls`, a program of C alone, around the very code that runs in the host and the worker.
struct CallOverhead {
    /// The program did not say what it should.
    struct FloorError: Error, CustomStringConvertible {
        let description: String
    }

    let programs: Programs

    func measure(rounds: Int) throws -> [Finding] {
        // Does nothing and answers nothing: what is measured is what is around it.
        let library = try FixtureLibrary.build("never_replies")
        let rounds = try (0..<rounds).map { _ in try self.round(library) }
        func median(_ column: Int) -> Double { Samples(rounds.map { $0[column] }).median }
        func overhead(_ column: Int, over bare: Int) -> Double {
            Samples(rounds.map { $0[column] - $0[bare] }).median
        }
        return [
            Finding(
                key: "inprocess_call", title: "in-process call, above the bare call", unit: "ns",
                figure: overhead(1, over: 0), goal: Finding.Goal(subject: .figure, direction: .atMost, value: 200),
                details: ["bare_ns": median(0), "call_ns": median(1), "with_reply_ns": median(2)]),
            Finding(
                key: "ffi_call", title: "libffi call, above the bare call", unit: "ns", figure: overhead(4, over: 3),
                goal: nil,
                details: ["bare_ns": median(3), "call_ns": median(4), "with_abi_and_json_ns": median(5)]),
        ]
    }

    private func round(_ library: String) throws -> [Double] {
        let run = try ProgramRun(path: self.programs.floor, arguments: ["calls", library])
        let figures = run.output.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        guard run.exitStatus == 0, figures.count == 6 else {
            throw FloorError(description: "\(self.programs.floor) calls failed: \(run.output)")
        }
        return figures
    }
}

import Testing

@testable import brasa

/// `--fail-if`.
struct BenchLimitTests {
    @Test(arguments: [
        ("p99>1.1x", 1.2, true), ("p99>1.1x", 1.1, false), ("p99>=1.1x", 1.1, true), ("rate<0.9x", 0.8, true),
        ("p99>2ms", 2_001, true), ("p99>2ms", 1_999, false), ("p99.9 > 1s", 1_000_001, true), ("p50>20us", 21, true),
        ("p50>20µs", 19, false), ("mean>500ns", 0.6, true), ("memory>64MB", 67_108_865, true),
        ("memory>1GB", 1e9, false),
        ("errors>0", 1, true), ("error_rate>1%", 0.02, true), ("error_rate>0.5", 0.4, false),
        ("rate<1000/s", 999, true),
        ("cpu>10us", 11, true), ("host_cpu>10us", 9, false), ("faults>=3", 3, true),
    ])
    func comesTrueOrNot(text: String, value: Double, isExceeded: Bool) throws {
        let limit = try #require(BenchLimit(argument: text))

        #expect(limit.isExceeded(by: value) == isExceeded)
        #expect(limit.isRatio == text.hasSuffix("x"))
    }

    @Test(arguments: [
        "", "p99", "p99>", "p99>x", "p99>2", "p99>2MB", "p98>2ms", "memory>2ms", "p99=2ms", ">2ms", "p99>2msx",
        "p99>-1x",
        "p99>1e3x", "errors>1/s", "p99>>2ms",
    ])
    func isRefusedWhenItMakesNoSense(text: String) {
        #expect(BenchLimit(argument: text) == nil)
    }

    @Test func isExceededByWhatNobodyKnows() throws {
        let verdict = BenchVerdict(limit: try #require(BenchLimit(argument: "cpu>1ms")), value: nil)

        #expect(verdict.isExceeded)
    }
}

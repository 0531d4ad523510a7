import BrasaBench
import Foundation
import Testing

/// Distributions of durations.
struct LatenciesTests {
    @Test(arguments: [1_234, 98_765, 4_321_000, 900_000_000_000] as [Int64])
    func keepsEachDurationToWithinAThousandth(nanoseconds: Int64) {
        var latencies = Latencies()
        latencies.record(nanoseconds)

        #expect(abs(Double(latencies.percentile(50) - nanoseconds)) <= Double(nanoseconds) / 1_000)
    }

    @Test func findsPercentiles() {
        var latencies = Latencies()
        for number in 1...1_000 { latencies.record(Int64(number)) }

        #expect([50, 90, 99, 99.9, 100].map { latencies.percentile($0) } == [500, 900, 990, 999, 1_000])
        #expect(latencies.maximum == 1_000)
    }

    @Test func hasNothingToSayWhileEmpty() {
        let latencies = Latencies()

        #expect(latencies.percentile(99) == 0)
        #expect(latencies.maximum == 0)
        #expect(latencies.mean == 0)
        #expect(latencies.curve().isEmpty)
    }

    @Test func isTheSameAfterATripThroughJSON() throws {
        var latencies = Latencies()
        for number in 1...500 { latencies.record(Int64(number * number * 37), count: number % 7 + 1) }
        let read = try JSONDecoder().decode(Latencies.self, from: try JSONEncoder().encode(latencies))

        #expect(read.count == latencies.count)
        for percent in [1.0, 50, 90, 99, 99.9, 100] {
            #expect(read.percentile(percent) == latencies.percentile(percent))
        }
    }

    @Test func addsUp() {
        var (one, other) = (Latencies(), Latencies())
        one.record(100, count: 99)
        other.record(1_000)
        one.add(other)

        #expect(one.count == 100)
        #expect(one.percentile(99) == 100)
        #expect(one.maximum == 1_000)
    }
}

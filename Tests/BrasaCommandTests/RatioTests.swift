import Foundation
import Testing

@testable import brasa

/// How many times as much, and how sure that is.
struct RatioTests {
    @Test func isTheMiddleOfTheRounds() throws {
        let pairs = [1.0, 1.1, 1.2, 1.3, 9].map { (before: 10.0, after: 10 * $0) }
        let ratio = try #require(Ratio(pairs: pairs))

        #expect(ratio.ratio == 1.2)
        // Five throws of a coin are all heads too often for anything narrower.
        #expect(ratio.low == 1 && ratio.high == 9)
        #expect(!ratio.isShown)
    }

    @Test func leavesOutTheOutermostOfTenRounds() throws {
        // P(at most one of ten below the median) = 11/1024 on each side; P(at most two) = 56/1024 is too much.
        let pairs = (1...10).map { (before: 1.0, after: Double($0)) }
        let ratio = try #require(Ratio(pairs: pairs))

        #expect(ratio.ratio == 5.5)
        #expect(ratio.low == 2 && ratio.high == 9)
        #expect(ratio.isShown)
    }

    @Test func countsTheSpreadOfBothWhenTheyWereMeasuredApart() throws {
        let before = (1...10).map { 100 + Double($0) }
        let ratio = try #require(Ratio(before: before, after: before.map { $0 * 2 }))

        #expect(ratio.ratio == 2)
        #expect(ratio.low == 204.0 / 109 && ratio.high == 218.0 / 102)
    }

    @Test func isNoneOfNothing() throws {
        #expect(Ratio(pairs: []) == nil)
        #expect(Ratio(pairs: [(before: 0, after: 1)]) == nil)
        #expect(Ratio(before: [], after: [1]) == nil)
        #expect(try #require(Ratio(pairs: [(before: 0, after: 0)])).ratio == 1)
    }

    @Test func comparesWithEveryFigureThatBothTell() throws {
        let old = #"{"latency_us":{"p50":10,"p99":20},"rate_per_s":100,"future":{"a":[1]}}"#
        let new = #"{"latency_us":{"p50":11,"p99":60},"rate_per_s":50,"errors":1,"invocations":4}"#
        let comparison = BenchComparison(
            before: try BenchSide(name: "old", json: Data(old.utf8)),
            after: try BenchSide(name: "new", json: Data(new.utf8)), isInterleaved: false)

        #expect(Set(comparison.ratios.keys) == [.p50, .p99, .rate])
        #expect(comparison.ratios[.p99]?.ratio == 3)
        #expect(comparison.ratios[.rate]?.ratio == 0.5)
        #expect(comparison.after.values[.errorRate] == 0.25)
    }
}

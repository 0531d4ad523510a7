import Foundation

/// Latency by percentile as SVG: the more nines, the wider, so that the rare slow calls show.
///
/// Both axes are logarithmic; colours come from the page's style sheet (`s0`, `s1`).
struct PercentilePlot {
    /// One line.
    struct Series {
        let name: String
        /// Pairs of percentile and microseconds, ascending.
        let curve: [[Double]]
    }

    private static let (width, height) = (860.0, 380.0)
    private static let (left, right, top, bottom) = (70.0, 20.0, 14.0, 40.0)

    let series: [Series]
    private let nines: Double
    private let (lowest, highest): (Double, Double)

    /// nil when there is nothing to draw.
    init?(_ series: [Series]) {
        let series = series.filter { !$0.curve.isEmpty }
        let times = series.flatMap(\.curve).map { $0[1] }.filter { $0 > 0 }
        guard let least = times.min(), let most = times.max() else { return nil }
        self.series = series
        // 100 % is infinitely many nines: as far right as the last percentile before it.
        let nines = series.flatMap(\.curve).map { Self.nines($0[0]) }.filter(\.isFinite).max() ?? 1
        self.nines = max(2, nines)
        self.lowest = least / 1.15
        self.highest = max(most * 1.15, self.lowest * 2)
    }

    /// The whole element.
    var svg: String {
        let title = "Latency by percentile of \(self.series.map(\.name).joined(separator: " and "))"
        var lines = [
            "<svg viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height))\" role=\"img\" "
                + "aria-label=\"\(HTMLText.escaped(title))\">"
        ]
        lines += self.grid()
        for (index, series) in self.series.enumerated() { lines += self.line(series, "s\(index % 2)") }
        return (lines + ["</svg>"]).joined(separator: "\n")
    }

    // MARK: - Places

    private static func nines(_ percent: Double) -> Double { -log10(1 - percent / 100) }

    private func x(_ percent: Double) -> Double {
        Self.left + (Self.width - Self.left - Self.right) * min(Self.nines(percent), self.nines) / self.nines
    }

    private func y(_ microseconds: Double) -> Double {
        let part = log(max(microseconds, self.lowest) / self.lowest) / log(self.highest / self.lowest)
        return Self.height - Self.bottom - (Self.height - Self.top - Self.bottom) * part
    }

    private static func text(_ place: Double) -> String { String(format: "%.1f", place) }

    // MARK: - Parts

    private func grid() -> [String] {
        var lines: [String] = []
        let (floor, ceiling) = (Self.text(Self.height - Self.bottom), Self.text(Self.top))
        for percent in [0, 50, 90, 99, 99.9, 99.99, 99.999, 99.9999] where Self.nines(percent) <= self.nines {
            let x = Self.text(self.x(percent))
            lines.append("<line class=\"grid\" x1=\"\(x)\" y1=\"\(floor)\" x2=\"\(x)\" y2=\"\(ceiling)\"/>")
            lines.append(
                "<text class=\"tick\" x=\"\(x)\" y=\"\(Self.text(Self.height - Self.bottom + 18))\" "
                    + "text-anchor=\"middle\">\(percent.formatted(.number.grouping(.never))) %</text>")
        }
        for time in self.timeTicks {
            let y = Self.text(self.y(time))
            lines.append(
                "<line class=\"grid\" x1=\"\(Self.text(Self.left))\" y1=\"\(y)\" "
                    + "x2=\"\(Self.text(Self.width - Self.right))\" y2=\"\(y)\"/>")
            lines.append(
                "<text class=\"tick\" x=\"\(Self.text(Self.left - 8))\" y=\"\(Self.text(self.y(time) + 4))\" "
                    + "text-anchor=\"end\">\(Self.tickText(time))</text>")
        }
        return lines
    }

    /// 1, 2 and 5 of each power of ten, or only 1 where that would be too many.
    private var timeTicks: [Double] {
        let decades = Int(log10(self.lowest).rounded(.down))...Int(log10(self.highest).rounded(.up))
        let steps: [Double] = decades.count > 5 ? [1] : [1, 2, 5]
        return decades.flatMap { decade in steps.map { $0 * pow(10, Double(decade)) } }
            .filter { $0 >= self.lowest && $0 <= self.highest }
    }

    private static func tickText(_ microseconds: Double) -> String {
        let (value, unit) =
            microseconds < 1_000
            ? (microseconds, "µs")
            : microseconds < 1_000_000 ? (microseconds / 1_000, "ms") : (microseconds / 1_000_000, "s")
        return "\(String(format: "%g", value)) \(unit)"
    }

    private func line(_ series: Series, _ style: String) -> [String] {
        let points = series.curve.map { "\(Self.text(self.x($0[0]))),\(Self.text(self.y($0[1])))" }
        var lines = ["<polyline class=\"line \(style)\" points=\"\(points.joined(separator: " "))\"/>"]
        // Marks that tell their value when pointed at.
        for point in series.curve {
            lines.append(
                "<circle class=\"mark \(style)\" cx=\"\(Self.text(self.x(point[0])))\" "
                    + "cy=\"\(Self.text(self.y(point[1])))\" r=\"3\"><title>"
                    + HTMLText.escaped("\(series.name): \(point[0]) % within \(BenchText.time(point[1]))")
                    + "</title></circle>")
        }
        return lines
    }
}

import Foundation

/// The report of a measurement as one HTML file that needs nothing else.
struct BenchPage {
    let report: BenchReport

    var html: String {
        let title = HTMLText.escaped("brasa bench \(self.report.function)")
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title)</title>
            <style>
            \(Self.style)
            </style>
            </head>
            <body>
            <h1>\(title)</h1>
            <p>\(HTMLText.escaped(self.report.title))</p>
            \(self.plot)
            \(self.table)
            \(self.details)
            \(self.verdicts)
            </body>
            </html>

            """
    }

    private static let style = """
        :root { color-scheme: light dark; --ink: #222; --dim: #6b6b6b; --grid: #ddd; --back: #fff; --a: #c2410c; --b: #1d4ed8; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e6e6e6; --dim: #9a9a9a; --grid: #3a3a3a; --back: #161616; --a: #fb923c; --b: #7aa2ff; }
        }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back); max-width: 900px;
          margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
        svg { width: 100%; height: auto; }
        .grid { stroke: var(--grid); stroke-width: 1; }
        .tick { fill: var(--dim); font-size: 12px; }
        .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
        .line.s0 { stroke: var(--a); } .line.s1 { stroke: var(--b); stroke-dasharray: 7 4; }
        .mark { fill-opacity: 0; } .mark:hover { fill-opacity: 1; } .mark.s0 { fill: var(--a); } .mark.s1 { fill: var(--b); }
        .legend { display: flex; gap: 1.5rem; }
        .key { display: inline-block; width: 1.6rem; border-top: 3px solid; vertical-align: middle; margin-right: .4rem; }
        .key.s0 { border-color: var(--a); } .key.s1 { border-color: var(--b); border-top-style: dashed; }
        table { border-collapse: collapse; }
        th, td { text-align: right; padding: .2rem .9rem .2rem 0; border-bottom: 1px solid var(--grid); }
        th:first-child, td:first-child { text-align: left; }
        td { font-variant-numeric: tabular-nums; }
        pre { overflow-x: auto; color: var(--dim); }
        .failed { color: #dc2626; font-weight: 600; } .passed { color: #16a34a; }
        """

    /// What is drawn, and compared in the table.
    private var sides: [BenchSide] {
        if let comparison = self.report.comparison { return [comparison.before, comparison.after] }
        return [BenchSide(name: self.report.function, self.report.figures)]
    }

    private var plot: String {
        let series = self.sides.map { PercentilePlot.Series(name: $0.name, curve: $0.curve) }
        guard let plot = PercentilePlot(series) else { return "<p>No call succeeded: there is no latency to draw.</p>" }
        let legend = plot.series.enumerated().map { index, series in
            "<span><span class=\"key s\(index % 2)\"></span>\(HTMLText.escaped(series.name))</span>"
        }
        return """
            <h2>Latency by percentile</h2>
            <p class="legend">\(legend.joined(separator: "\n"))</p>
            \(plot.svg)
            """
    }

    private var table: String {
        let sides = self.sides
        var heading = "<tr><th></th>" + sides.map { "<th>\(HTMLText.escaped($0.name))</th>" }.joined()
        if self.report.comparison != nil { heading += "<th>ratio</th><th>spread</th>" }
        var rows = [heading + "</tr>"]
        for metric in BenchMetric.allCases {
            let values = sides.compactMap { $0.values[metric] }
            guard values.count == sides.count else { continue }
            var row = "<tr><td>\(metric.title)</td>" + values.map { "<td>\(metric.text($0))</td>" }.joined()
            if let comparison = self.report.comparison {
                let ratio = comparison.ratios[metric]
                row += "<td>\(ratio.map { BenchText.ratio($0.ratio) } ?? "")</td>"
                row +=
                    "<td>\(ratio.map { "\(BenchText.ratio($0.low)) to \(BenchText.ratio($0.high))" } ?? "")</td>"
            }
            rows.append(row + "</tr>")
        }
        return "<h2>Figures</h2>\n<table>\n\(rows.joined(separator: "\n"))\n</table>"
    }

    private var details: String {
        "<pre>\(HTMLText.escaped(self.report.text(style: Style(isTerminal: false, environment: [:]))))</pre>"
    }

    private var verdicts: String {
        guard !self.report.verdicts.isEmpty else { return "" }
        let items = self.report.verdicts.map { verdict in
            let text = HTMLText.escaped(verdict.text(Style(isTerminal: false, environment: [:])))
            return "<li class=\"\(verdict.isExceeded ? "failed" : "passed")\">\(text)</li>"
        }
        return "<h2>Limits</h2>\n<ul>\n\(items.joined(separator: "\n"))\n</ul>"
    }
}

/// Two measurements, and how they differ.
struct BenchComparison: Sendable {
    /// What was there first: the function that answers, or an earlier measurement.
    let before: BenchSide
    /// What came later: another library, or the function now.
    let after: BenchSide
    /// How many times as much `after` shows as `before`; without those that either does not tell.
    let ratios: [BenchMetric: Ratio]

    /// - Parameter isInterleaved: whether the rounds of both were measured in turn.
    init(before: BenchSide, after: BenchSide, isInterleaved: Bool) {
        self.before = before
        self.after = after
        var ratios: [BenchMetric: Ratio] = [:]
        for metric in BenchMetric.allCases {
            let (first, second) = (before.rounds.compactMap { $0[metric] }, after.rounds.compactMap { $0[metric] })
            var ratio: Ratio?
            if isInterleaved, first.count == second.count {
                ratio = Ratio(pairs: Array(zip(first, second)).map { (before: $0.0, after: $0.1) })
            } else {
                ratio = Ratio(before: first, after: second)
            }
            if ratio == nil, let first = before.values[metric], let second = after.values[metric] {
                ratio = Ratio(pairs: [(before: first, after: second)])
            }
            ratios[metric] = ratio
        }
        self.ratios = ratios
    }

    // MARK: - For people

    /// Both sides and their ratios as text.
    func text(style: Style) -> String {
        var table = Table([
            .init(""), .init(self.before.name, isNumber: true), .init(self.after.name, isNumber: true),
            .init("RATIO", isNumber: true), .init("SPREAD"), .init(""),
        ])
        for metric in BenchMetric.allCases {
            guard let before = self.before.values[metric], let after = self.after.values[metric] else { continue }
            if metric == .errorRate, before == 0, after == 0 { continue }
            let ratio = self.ratios[metric]
            table.add([
                metric.title, metric.text(before), metric.text(after), ratio.map { BenchText.ratio($0.ratio) } ?? "",
                ratio.map { "\(BenchText.ratio($0.low)) to \(BenchText.ratio($0.high))" } ?? "",
                ratio.map { Self.judgement(metric, $0) } ?? "",
            ])
        }
        return table.render(style: style)
            + "RATIO is \(self.after.name) over \(self.before.name), the middle of the rounds; it lies within SPREAD with "
            + "95 % confidence."
    }

    /// What a ratio means, when it means anything.
    private static func judgement(_ metric: BenchMetric, _ ratio: Ratio) -> String {
        guard ratio.isShown else { return "" }
        let isMore = ratio.low > 1
        switch metric {
        case .rate: return isMore ? "better" : "worse"
        default: return isMore ? "worse" : "better"
        }
    }
}

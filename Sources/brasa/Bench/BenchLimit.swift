import ArgumentParser

/// What a measurement must not show, such as `p99>1.1x` or `p99>2ms`.
struct BenchLimit: ExpressibleByArgument, Sendable, Hashable {
    /// What the value is compared with.
    enum Bound: Sendable, Hashable {
        /// A ratio.
        case times(Double)
        /// A value in the metric's own unit.
        case value(Double)
    }

    /// As it was written, without blanks.
    let text: String
    let metric: BenchMetric
    let isUpper: Bool
    /// Whether the bound itself is over the limit too.
    let isInclusive: Bool
    let bound: Bound

    /// nil when it makes no sense.
    init?(argument: String) {
        let text = String(argument.filter { !$0.isWhitespace })
        guard let sign = text.firstIndex(where: { $0 == ">" || $0 == "<" }),
            let metric = BenchMetric(name: String(text[..<sign]))
        else { return nil }
        var rest = text[text.index(after: sign)...]
        self.isInclusive = rest.hasPrefix("=")
        if self.isInclusive { rest.removeFirst() }
        let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let number = Double(digits), number.isFinite else { return nil }
        let unit = rest.dropFirst(digits.count)
        if unit == "x" {
            self.bound = .times(number)
        } else if let factor = metric.unit.names.first(where: { $0.name == unit })?.factor {
            self.bound = .value(number * factor)
        } else {
            return nil
        }
        self.text = text
        self.metric = metric
        self.isUpper = text[sign] == ">"
    }

    static let allValueStrings: [String] = []

    var isRatio: Bool { if case .times = self.bound { true } else { false } }

    /// Whether a value is over the limit.
    func isExceeded(by value: Double) -> Bool {
        let bound =
            switch self.bound {
            case .times(let bound), .value(let bound): bound
            }
        if self.isInclusive, value == bound { return true }
        return self.isUpper ? value > bound : value < bound
    }

    /// A value as people read it, in what the bound is written in.
    func text(_ value: Double) -> String { self.isRatio ? BenchText.ratio(value) : self.metric.text(value) }
}

/// What became of a limit.
struct BenchVerdict: Encodable, Sendable, Hashable {
    let limit: BenchLimit
    /// What was compared with it; nil: the measurement does not tell.
    let value: Double?

    init(limit: BenchLimit, value: Double?) {
        self.limit = limit
        self.value = value
    }

    /// Of a ratio, or of what came later.
    init(_ limit: BenchLimit, _ comparison: BenchComparison) {
        self.init(
            limit: limit,
            value: limit.isRatio ? comparison.ratios[limit.metric]?.ratio : comparison.after.values[limit.metric])
    }

    /// What nobody knows is not within a limit.
    var isExceeded: Bool { self.value.map { self.limit.isExceeded(by: $0) } ?? true }

    private enum CodingKeys: CodingKey {
        case limit, value, exceeded
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.limit.text, forKey: .limit)
        try container.encodeIfPresent(self.value, forKey: .value)
        try container.encode(self.isExceeded, forKey: .exceeded)
    }

    /// One line.
    func text(_ style: Style) -> String {
        guard let value = self.value else { return style.red("failed  \(self.limit.text): not known") }
        return self.isExceeded
            ? style.red("failed  \(self.limit.text): \(self.limit.text(value))")
            : style.green("passed  \(self.limit.text): \(self.limit.text(value))")
    }
}

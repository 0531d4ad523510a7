/// A way to the tables.
enum TableWay: String, CaseIterable, Sendable {
    case inHost = "in_host"
    case function
    case http

    var title: String {
        switch self {
        case .inHost: "in the host"
        case .function: "from a function"
        case .http: "over HTTP"
        }
    }
}

/// What is measured once in each round: a request, a way, a number of clients.
struct TableLine: Sendable {
    /// What it was in one round.
    struct Round: Sendable {
        let load: Load
        /// Of what it is held against: in the line's unit.
        var floor: Double?
        /// Writes, and calls of `fdatasync` that made them durable, while the load was on.
        var writes = 0
        var syncs = 0
    }

    let request: TableRequest
    let way: TableWay
    let clients: Int
    var rounds: [Round] = []

    /// GetItem from a function is held against a call that does nothing, so by the time it takes.
    ///
    /// Only from one: of many, those that the CPU has at the moment call a host that does nothing without ever sleeping, and the
    /// others wait, so that a median says nothing.
    var isTimed: Bool { self.way == .function && self.request.key == TableRequest.get.key && self.clients == 1 }
    private var isPut: Bool { self.request.key == TableRequest.put.key }

    private func goal(_ floor: Double?) -> Finding.Goal? {
        switch self.way {
        case .http: floor.map { _ in Finding.Goal(subject: .ratio, direction: .atLeast, value: 50) }
        case .function where self.isTimed:
            Finding.Goal(subject: .ratio, direction: .atMost, value: 3)
        case .inHost where self.isPut && self.clients > 1:
            // Five times the disk's syncs, or this, whichever is less.
            floor.map { Finding.Goal(subject: .figure, direction: .atLeast, value: min(40_000, 5 * $0)) }
        default: nil
        }
    }

    var finding: Finding {
        let clients = self.clients == 1 ? "1 client" : "\(self.clients) clients"
        let key = "table_\(self.request.key)_\(self.way.rawValue)_\(self.clients)"
        let title = "\(self.request.operation) \(self.way.title), \(clients)" + (self.isTimed ? ", p50" : "")
        let unit = self.isTimed ? "us" : "req/s"
        let figures = self.rounds.map { self.isTimed ? $0.load.p50Microseconds : $0.load.perSecond }
        let floors = self.rounds.compactMap(\.floor)
        guard floors.count == figures.count else {
            return Finding(
                key: key, title: title, unit: unit, figure: Samples(figures).median, goal: nil, details: self.details)
        }
        return Finding(
            key: key, title: title, unit: unit, rounds: Array(zip(figures, floors)),
            goal: self.goal(Samples(floors).median), details: self.details)
    }

    private var details: [String: Double] {
        func median(_ value: (Round) -> Double) -> Double { Samples(self.rounds.map(value)).median }
        var details = ["p99_us": median(\.load.p99Microseconds)]
        if self.isTimed {
            details["per_second"] = median(\.load.perSecond)
        } else {
            details["p50_us"] = median(\.load.p50Microseconds)
        }
        let writes = self.rounds.reduce(0) { $0 + $1.writes }
        let syncs = self.rounds.reduce(0) { $0 + $1.syncs }
        if writes > 0, syncs > 0 {
            details["writes"] = Double(writes)
            details["fdatasyncs"] = Double(syncs)
            details["writes_per_fdatasync"] = Double(writes) / Double(syncs)
        }
        return details
    }
}

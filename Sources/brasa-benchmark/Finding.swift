/// One measured line: a figure, what it is held against, and whether that is good enough.
struct Finding: Sendable, Encodable {
    /// Half of the rounds lie above `median`; all lie between the others.
    struct Spread: Sendable, Encodable {
        let median: Double
        let lowest: Double
        let highest: Double

        init(_ samples: Samples) {
            (self.median, self.lowest, self.highest) = (samples.median, samples.lowest, samples.highest)
        }
    }

    /// What a finding has to reach.
    struct Goal: Sendable, Encodable {
        enum Direction: String, Sendable, Encodable {
            case atMost = "at_most"
            case atLeast = "at_least"
        }

        enum Subject: String, Sendable, Encodable {
            /// Brasa's figure divided by the floor's.
            case ratio
            case figure
        }

        let subject: Subject
        let direction: Direction
        let value: Double

        func isReached(by value: Double) -> Bool {
            self.direction == .atMost ? value <= self.value : value >= self.value
        }
    }

    /// Stable name for programs.
    let key: String
    let title: String
    let unit: String
    /// Brasa's figure: the median of the rounds.
    let figure: Double
    /// The machine's: the median of the rounds; nil: held against nothing.
    let floor: Double?
    /// Of each round by itself.
    let ratio: Spread?
    /// nil: told for its own sake.
    let goal: Goal?
    /// nil without a goal.
    let isReached: Bool?
    /// Figures beside it, by name with unit.
    let details: [String: Double]

    /// A figure by itself.
    init(key: String, title: String, unit: String, figure: Double, goal: Goal?, details: [String: Double] = [:]) {
        self.key = key
        self.title = title
        self.unit = unit
        self.figure = figure
        self.floor = nil
        self.ratio = nil
        self.goal = goal
        self.isReached = goal?.isReached(by: figure)
        self.details = details
    }

    /// A figure of each round and the floor's of the same round.
    init(
        key: String, title: String, unit: String, rounds: [(figure: Double, floor: Double)], goal: Goal?,
        details: [String: Double] = [:]
    ) {
        let ratio = Spread(Samples(rounds.map { $0.figure / $0.floor }))
        self.key = key
        self.title = title
        self.unit = unit
        self.figure = Samples(rounds.map(\.figure)).median
        self.floor = Samples(rounds.map(\.floor)).median
        self.ratio = ratio
        self.goal = goal
        self.isReached = goal?.isReached(by: goal?.subject == .ratio ? ratio.median : self.figure)
        self.details = details
    }
}

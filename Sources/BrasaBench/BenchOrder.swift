package import FoundationEssentials

/// What a host is asked to measure: the body of `POST /_brasa/bench`.
package struct BenchOrder: Sendable, Codable {
    /// What the host does.
    package enum Kind: String, Sendable, Codable {
        /// Calls the function; instances stay.
        case warm
        /// Calls the function on a fresh instance each time, beside the live version.
        case cold
        /// Calls nothing, but sums up what others call, until the client leaves or the plan's time is over.
        case observe
    }

    package var function: String
    /// A version or alias; nil: the latest.
    package var qualifier: String?
    /// A candidate of the function, in place of a version.
    package var candidate: String?
    package var kind: Kind
    package var plan: LoadPlan
    /// The function's events, taken in turn; none: `{}`.
    package var events: [Data]

    package init(
        function: String, qualifier: String? = nil, candidate: String? = nil, kind: Kind, plan: LoadPlan,
        events: [Data] = []
    ) {
        self.function = function
        self.qualifier = qualifier
        self.candidate = candidate
        self.kind = kind
        self.plan = plan
        self.events = events
    }
}

/// One line of the answer to a `BenchOrder`; exactly one of its members is set.
package struct BenchMessage: Sendable, Codable {
    package var progress: LoadProgress?
    /// The last line, when all went well.
    package var result: LoadResult?
    /// The last line, when not: a full sentence.
    package var failure: String?

    package init(progress: LoadProgress? = nil, result: LoadResult? = nil, failure: String? = nil) {
        self.progress = progress
        self.result = result
        self.failure = failure
    }
}

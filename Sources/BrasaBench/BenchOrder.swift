package import BrasaModel
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
    /// Times the version is started in the kind cold, 1 to 100.
    package var starts: Int
    /// The function's events, taken in turn; none: `{}`.
    package var events: [Data]

    package init(
        function: String, qualifier: String? = nil, candidate: String? = nil, kind: Kind, plan: LoadPlan,
        starts: Int = 5, events: [Data] = []
    ) {
        self.function = function
        self.qualifier = qualifier
        self.candidate = candidate
        self.kind = kind
        self.plan = plan
        self.starts = starts
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

/// One line of the answer to `POST /_brasa/candidates`: first the candidate, then, as long as it lives, that it does.
package struct CandidateMessage: Sendable, Codable {
    /// A candidate that runs.
    package struct Candidate: Sendable, Codable {
        package var name: String
        package var codeSHA256: String
        package var isolation: Isolation
        /// Why it does not run in the isolation asked for; nil normally.
        package var note: String?
        /// Where the time of its start went; nil when it is not known.
        package var start: VersionStartPhases?

        package init(
            name: String, codeSHA256: String, isolation: Isolation, note: String?, start: VersionStartPhases?
        ) {
            self.name = name
            self.codeSHA256 = codeSHA256
            self.isolation = isolation
            self.note = note
            self.start = start
        }
    }

    package var candidate: Candidate?
    /// Why there is none any more: a full sentence.
    package var failure: String?

    package init(candidate: Candidate? = nil, failure: String? = nil) {
        self.candidate = candidate
        self.failure = failure
    }
}

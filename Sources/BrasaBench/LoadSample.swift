package import BrasaModel

/// One call, as it ended.
package struct LoadSample: Sendable {
    /// From the time the call was to begin to the end of its answer.
    package var latencyNanoseconds: Int64
    /// Whether an instance had to be made for it.
    package var isCold: Bool
    /// What went wrong, as one of few names; nil: nothing.
    package var error: String?
    /// What the instance says; nil when it is not known.
    package var report: InvocationReport?

    package init(latencyNanoseconds: Int64, isCold: Bool, error: String? = nil, report: InvocationReport? = nil) {
        self.latencyNanoseconds = latencyNanoseconds
        self.isCold = isCold
        self.error = error
        self.report = report
    }

    /// A call of the pool.
    package init(latencyNanoseconds: Int64, _ outcome: Outcome) {
        var error: String?
        if case .failure(let failure) = outcome.result { error = failure.errorType }
        self.init(
            latencyNanoseconds: latencyNanoseconds, isCold: outcome.report?.initNanoseconds != nil, error: error,
            report: outcome.report)
    }
}

import BrasaBench
import BrasaModel
import Foundation

/// Measures a function's own code and another library in turn, so that what disturbs the machine meanwhile disturbs both.
///
/// Both run as candidates: neither has been called before, and nobody else calls them.
struct InterleavedBench: Sendable {
    let runner: BenchRunner
    let library: Data
    /// What the library is called.
    let name: String
    /// Of each of the two; its rounds are the turns.
    let plan: LoadPlan

    /// Runs it.
    ///
    /// - Parameter onProgress: called from any thread; counts both.
    func run(
        onProgress: @escaping @Sendable (LoadProgress) -> Void
    ) async throws -> (before: LoadResult, after: LoadResult) {
        let (client, function, qualifier) = (self.runner.client, self.runner.function, self.runner.qualifier)
        return try await client.withCandidate(of: function, qualifier: qualifier) { own in
            try await client.withCandidate(
                of: function, qualifier: qualifier, library: self.library, name: self.name
            ) { other in
                try await self.run(own, other, onProgress)
            }
        }
    }

    private func run(
        _ own: CandidateMessage.Candidate, _ other: CandidateMessage.Candidate,
        _ onProgress: @escaping @Sendable (LoadProgress) -> Void
    ) async throws -> (before: LoadResult, after: LoadResult) {
        var (before, after) = (LoadResult(own.start), LoadResult(other.start))
        for round in 0..<self.plan.rounds {
            let plan = self.plan(of: round)
            // In turn first and second too: what follows a pause may be slower.
            for isOther in round % 2 == 0 ? [false, true] : [true, false] {
                let done = before.durationNanoseconds + after.durationNanoseconds
                let whole = 2 * (self.plan.durationNanoseconds + self.plan.warmUpNanoseconds)
                let result = try await self.runner.run(plan, candidate: (isOther ? other : own).name, starts: 1) {
                    var progress = $0
                    progress.elapsedNanoseconds += done
                    progress.plannedNanoseconds = max(whole, progress.elapsedNanoseconds)
                    onProgress(progress)
                }
                if isOther { after.append(result) } else { before.append(result) }
            }
        }
        return (before, after)
    }

    /// One turn; those after the first need no more than a moment to warm up.
    private func plan(of round: Int) -> LoadPlan {
        var plan = self.plan
        plan.rounds = 1
        plan.durationNanoseconds = self.plan.durationNanoseconds / UInt64(self.plan.rounds)
        if round > 0 { plan.warmUpNanoseconds = min(plan.warmUpNanoseconds, plan.durationNanoseconds / 10) }
        return plan
    }
}

extension LoadResult {
    /// Nothing measured yet but a start.
    fileprivate init(_ start: VersionStartPhases?) {
        self.init(rounds: [], durationNanoseconds: 0)
        self.starts = start.map { [$0] } ?? []
    }
}

import BrasaBench
import Foundation

/// An event that was played again, and what to make of its answer.
struct ReplayedEvent: Sendable {
    /// What it says about the candidate.
    enum Verdict: String, Sendable, Encodable {
        /// The answer is the recorded one.
        case same
        /// The answer is another, and the code that answers now still gives the recorded one.
        case different
        /// What differs differs with the code that answers now as well: time, chance, or what changed outside.
        case varies
    }

    let played: ReplayMessage.Played
    let verdict: Verdict
    /// What counts: neither ignored nor varying.
    let differences: [ReplyDifference]
    /// What differs with the code that answers now as well.
    let varying: [ReplyDifference]

    /// - Parameter ignored: paths that do not count.
    init(_ played: ReplayMessage.Played, ignoring ignored: [String]) {
        self.played = played
        let all = ReplyDifference.between(played.event.outcome, played.candidate).filter { !$0.isWithin(ignored) }
        let varying = (played.control.map { ReplyDifference.between(played.event.outcome, $0) } ?? [])
            .filter { !$0.isWithin(ignored) }
        self.differences = all.filter { !$0.isWithin(varying.map(\.path)) }
        self.varying = varying
        self.verdict = !self.differences.isEmpty ? .different : all.isEmpty ? .same : .varies
    }

    /// The answer that costs are compared with: that of the code that answers now, else the recorded one.
    var baseline: RecordedOutcome { self.played.control ?? self.played.event.outcome }

    /// Its number among all of the host, as people name it.
    var requestID: String { self.played.event.requestID }
}

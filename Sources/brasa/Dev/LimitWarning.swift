import BrasaHost
import BrasaModel

/// A limit that an invocation came close to.
struct LimitWarning: Sendable, Hashable {
    /// Which one.
    enum Limit: String, Sendable, Hashable {
        case timeout, memory, request, reply
    }

    /// From this share of a limit on it is worth saying.
    static let threshold = 0.85

    let limit: Limit
    /// In nanoseconds for the timeout, otherwise in bytes.
    let used: Int64
    let allowed: Int64

    var percent: Int { Int(Double(self.used) / Double(self.allowed) * 100) }

    /// What an invocation came close to, or reached.
    static func find(_ note: InvocationNote) -> [LimitWarning] {
        var candidates: [LimitWarning] = []
        if let report = note.report {
            candidates = [
                LimitWarning(
                    limit: .timeout, used: report.durationNanoseconds,
                    allowed: Int64(note.timeoutMilliseconds) * 1_000_000),
                LimitWarning(
                    limit: .memory, used: Int64(report.peakMemoryBytes), allowed: Int64(report.memoryLimitBytes)),
            ]
        }
        candidates += [
            LimitWarning(limit: .request, used: Int64(note.requestBytes), allowed: Int64(note.requestLimitBytes)),
            LimitWarning(limit: .reply, used: Int64(note.replyBytes), allowed: Int64(note.replyLimitBytes)),
        ]
        return candidates.filter {
            $0.allowed > 0 && Double($0.used) >= Double($0.allowed) * Self.threshold
        }
    }

    /// A sentence's end after the function's name.
    var text: String {
        switch self.limit {
        case .timeout:
            let (used, allowed) = (DevUnits.time(self.used), DevUnits.time(self.allowed))
            return "took \(used), \(self.percent) % of its timeout of \(allowed)"
        case .memory:
            return
                "used \(DevUnits.bytes(self.used)), \(self.percent) % of its memory of \(DevUnits.bytes(self.allowed))"
        case .request:
            return "got \(DevUnits.bytes(self.used)), \(self.percent) % of the \(DevUnits.bytes(self.allowed)) allowed"
        case .reply:
            return
                "answered \(DevUnits.bytes(self.used)), \(self.percent) % of the \(DevUnits.bytes(self.allowed)) allowed"
        }
    }
}

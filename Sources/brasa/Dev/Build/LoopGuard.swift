/// Slows builds down that change their own sources, and would go on for ever.
///
/// Who edits while a long build runs looks the same, so nothing is left out: the next build only comes later.
struct LoopGuard: Sendable {
    /// So many builds in a row may be for what changed during the one before.
    static let limit = 5
    /// The longest delay.
    private static let mostSeconds = 30.0

    private var counts: [String: Int] = [:]

    /// The sources of a library have changed, perhaps while it was being built.
    mutating func changed(_ library: String, duringBuild: Bool) {
        self.counts[library] = duringBuild ? self.counts[library, default: 0] + 1 : 0
    }

    /// How long its next build has to wait; 0: not at all.
    func delaySeconds(_ library: String) -> Double {
        let count = self.counts[library, default: 0]
        guard count >= Self.limit else { return 0 }
        return min(Self.mostSeconds, Double(1 << min(count - Self.limit, 10)))
    }

    /// Whether this is the moment to say so.
    func isFirst(_ library: String) -> Bool { self.counts[library] == Self.limit }
}

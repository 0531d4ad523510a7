/// How long a group that could be committed is held open for more.
///
/// Callers that were just told mostly write again at once, but too late for the group that has begun: they would take turns, half of
/// them in each group, and each wait for two syncs. Where a sync takes long, a small part of it is waited for the others.
struct GroupPace: Sendable {
    /// Syncs that take less are not worth a wait.
    static let longSync: Duration = .microseconds(500)
    /// The parts of a sync that are waited at most, in all and for each next one: when nobody comes for a while, nobody is about to.
    private static let divisor = 4
    private static let divisorForNext = 20
    private static let longestWait: Duration = .milliseconds(2)

    /// Writes that seem to be under way at the same time.
    private var expected = 0
    private var sync: Duration = .zero

    /// Notes a commit: how many writes it held, how many had come when it was done, and how long it took.
    mutating func note(group: Int, arrived: Int, sync: Duration) {
        self.sync = sync
        let underWay = group + arrived
        if underWay >= self.expected {
            self.expected = underWay
        } else {
            // Some have gone; slowly, as the rest may only be late.
            self.expected -= (self.expected - underWay + 3) / 4
        }
    }

    /// How long to wait for one more than `count` writes, of which the first wait was `waited` ago; nil: not any longer.
    func patience(_ count: Int, waited: Duration) -> Duration? {
        guard count < self.expected, self.sync >= Self.longSync else { return nil }
        let left = min(self.sync / Self.divisor, Self.longestWait) - waited
        return left > .zero ? min(left, self.sync / Self.divisorForNext) : nil
    }
}

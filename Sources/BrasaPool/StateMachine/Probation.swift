/// The first calls of new code: whether its processes die so often that the earlier code should come back.
///
/// Errors that the function reports do not count: they are its answer.
struct Probation: Sendable {
    /// Calls that are looked at.
    static let calls = 20
    /// Deaths among them, in `thaw` or in a call, after which the code has failed.
    static let deaths = 3

    private(set) var callCount = 0
    private(set) var deathCount = 0
    private var isOver = false

    /// A call has ended, or `isDeath` an instance before it could take one.
    ///
    /// Returns whether the code has failed; says so once.
    mutating func record(isCall: Bool, isDeath: Bool) -> Bool {
        guard !self.isOver else { return false }
        if isCall { self.callCount += 1 }
        if isDeath { self.deathCount += 1 }
        let hasFailed = self.deathCount >= Self.deaths
        self.isOver = hasFailed || self.callCount >= Self.calls
        return hasFailed
    }
}

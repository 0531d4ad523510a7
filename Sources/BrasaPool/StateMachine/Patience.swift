/// Whether to look for an answer some microseconds rather than sleep until the instance rings.
///
/// It pays while the instance runs on another CPU and answers in no time; on a machine whose CPUs are busy it does not, and every
/// try costs. So each try in vain doubles the number of calls until the next one. A value; pure.
package struct Patience: Sendable {
    /// Longest look.
    package static let nanoseconds: UInt64 = 25_000
    /// Most calls between two tries.
    package static let longestPause = 256

    private var pause = 0
    private var callsToSkip = 0

    package init() {}

    /// Whether to look this time.
    package mutating func tries() -> Bool {
        guard self.callsToSkip > 0 else { return true }
        self.callsToSkip -= 1
        return false
    }

    /// How a look ended.
    package mutating func note(success: Bool) {
        self.pause = success ? 0 : min(max(1, self.pause * 2), Self.longestPause)
        self.callsToSkip = self.pause
    }
}

/// How a function is to be called.
package struct LoadPlan: Sendable, Hashable, Codable {
    /// Calls under way at once: how many there always are, or with a rate how many there may be at most.
    package var connections: Int
    /// Calls to begin each second, whether earlier ones have been answered or not (an open loop); nil: each answer is
    /// followed by the next call (a closed loop).
    package var ratePerSecond: Double?
    /// Time between an answer and the next call in a closed loop.
    package var pauseNanoseconds: UInt64
    /// Time before what is measured.
    package var warmUpNanoseconds: UInt64
    /// Time that is measured.
    package var durationNanoseconds: UInt64
    /// Equal parts of the measured time that are also summed up each for itself, 1 to 100.
    package var rounds: Int

    package init(
        connections: Int, ratePerSecond: Double? = nil, pauseNanoseconds: UInt64 = 0, warmUpNanoseconds: UInt64 = 0,
        durationNanoseconds: UInt64,
        rounds: Int = 1
    ) {
        self.connections = connections
        self.ratePerSecond = ratePerSecond
        self.pauseNanoseconds = pauseNanoseconds
        self.warmUpNanoseconds = warmUpNanoseconds
        self.durationNanoseconds = durationNanoseconds
        self.rounds = rounds
    }
}

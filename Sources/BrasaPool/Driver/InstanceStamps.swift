import BrasaModel
import CBrasaTransport

/// When an instance came to life, as it says itself: nanoseconds of the engine's clock, not to be trusted.
struct InstanceStamps {
    /// When its process ran.
    let began: UInt64
    /// When `init` began in exec isolation; else 0.
    let initBegan: UInt64
    let thawBegan: UInt64

    init(_ frame: brasa_incoming) {
        self.began = UInt64(max(0, frame.numbers.1))
        self.initBegan = UInt64(max(0, frame.numbers.2))
        self.thawBegan = UInt64(max(0, frame.numbers.3))
    }

    /// Where the time between two moments went, each part within it.
    ///
    /// An instance that was forked ahead of the invocation may have been through some of it before.
    func phases(acceptedAt: UInt64, startedAt: UInt64) -> ColdStartPhases {
        func within(_ moment: UInt64) -> UInt64 { min(max(moment, acceptedAt), max(startedAt, acceptedAt)) }
        let began = within(self.began)
        let thawBegan = max(began, within(self.thawBegan))
        let initBegan = self.initBegan == 0 ? began : min(max(began, within(self.initBegan)), thawBegan)
        let isLoadedHere = self.initBegan != 0
        return ColdStartPhases(
            fork: Int64(began - acceptedAt), load: isLoadedHere ? Int64(initBegan - began) : 0,
            initialization: isLoadedHere ? Int64(thawBegan - initBegan) : 0,
            setUp: isLoadedHere ? 0 : Int64(thawBegan - began), thaw: Int64(within(startedAt) - thawBegan))
    }
}

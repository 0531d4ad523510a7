import BrasaModel

/// The waiting events of one function, version or alias, and how many of its deliveries may run.
struct AsyncLane {
    /// Where the lane is found when there is something to do for it.
    enum Place {
        /// Nowhere, or in the agenda only.
        case none
        case ready
        case blocked
    }

    let target: AsyncTarget
    var waiting = BinaryHeap<AsyncWaitingEvent>()
    /// Events being delivered or settled.
    var busy = 0
    /// Deliveries at once, 1 up to the configured limit: what the function was found to admit.
    var limit: Int
    /// Deliveries that have ended since `limit` was last raised.
    private var endedSinceRaise = 0
    /// No delivery starts before.
    private(set) var pausedUntil: Int64 = .min
    /// The lane's earliest time in the agenda.
    var appointment: Int64?
    var place = Place.none
    /// Whether the lane stands in the queue of blocked lanes, also when its place is another by now.
    var isQueuedAsBlocked = false

    init(target: AsyncTarget, limit: Int) {
        self.target = target
        self.limit = limit
    }

    /// A delivery was admitted and has ended: there is room for another, and after a round of them for one more.
    mutating func noteEnd(_ configuration: AsyncDeliveryConfiguration) {
        self.pausedUntil = .min
        guard self.limit < configuration.maximumInFlightPerFunction else { return }
        self.endedSinceRaise += 1
        if self.endedSinceRaise >= self.limit {
            self.endedSinceRaise = 0
            self.limit += 1
        }
    }

    /// A delivery was refused; `busy` are those that were not.
    mutating func noteRefusal(_ configuration: AsyncDeliveryConfiguration, now: Int64) {
        self.pausedUntil = now + configuration.refusalPauseMilliseconds
        self.endedSinceRaise = 0
        self.limit = min(max(self.busy, 1), self.limit)
    }
}

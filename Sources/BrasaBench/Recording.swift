/// The last events of one function: so many at most, and so many bytes.
package struct Recording: Sendable {
    /// Bytes that all events of a function together may take.
    package static let defaultLimitBytes = 16 << 20

    /// 0 keeps none.
    package private(set) var limit: Int
    package let limitBytes: Int
    /// A ring: the oldest is at `first`.
    private var ring: [RecordedEvent] = []
    private var first = 0
    private var sizeBytes = 0

    /// - Parameter limit: 0 or more events.
    package init(limit: Int, limitBytes: Int = Recording.defaultLimitBytes) {
        self.limit = limit
        self.limitBytes = limitBytes
    }

    /// Oldest first.
    package var events: [RecordedEvent] { Array(self.ring[self.first...] + self.ring[..<self.first]) }

    /// Keeps an event and lets go of the oldest ones there is no room for then.
    ///
    /// One that does not fit even alone is not kept.
    package mutating func append(_ event: RecordedEvent) {
        let size = event.sizeBytes
        guard self.limit > 0, size <= self.limitBytes else { return }
        if self.ring.count == self.limit, self.sizeBytes - self.ring[self.first].sizeBytes + size <= self.limitBytes {
            self.sizeBytes += size - self.ring[self.first].sizeBytes
            self.ring[self.first] = event
            self.first = (self.first + 1) % self.limit
            return
        }
        self.straighten()
        self.ring.append(event)
        self.sizeBytes += size
        self.shrink()
    }

    /// Changes how many are kept.
    package mutating func setLimit(_ limit: Int) {
        guard limit != self.limit else { return }
        self.limit = limit
        self.straighten()
        self.shrink()
    }

    private mutating func straighten() {
        guard self.first > 0 else { return }
        self.ring = self.events
        self.first = 0
    }

    private mutating func shrink() {
        var gone = 0
        while self.ring.count - gone > self.limit || self.sizeBytes > self.limitBytes {
            self.sizeBytes -= self.ring[gone].sizeBytes
            gone += 1
        }
        self.ring.removeFirst(gone)
    }
}

package import BrasaModel
package import NIOCore

/// Calls a function inside the host: no socket, no HTTP, nothing but the way of an event through the pool.
///
/// Lives on the engine's loop, whose clock is the only one it looks at.
package final class LoadDriver {
    /// How often progress is told.
    private static let progressInterval = TimeAmount.milliseconds(250)
    /// Wait after calls that ended at once, such as throttled ones: they would otherwise be all the loop does.
    private static let refusedPause = TimeAmount.milliseconds(1)

    private let loop: any EventLoop
    private let function: String
    private let events: [ByteBuffer]
    private let invoke: (Event, any Responder) -> Void
    private let onProgress: (LoadProgress) -> Void
    private let done: EventLoopPromise<LoadResult>
    private var meter: LoadMeter
    private var nextEvent = 0
    private var isPumping = false
    private var wake: Scheduled<Void>?
    private var isCancelled = false
    private var isFinished = false
    private var generator = SplitMix()

    /// - Parameters:
    ///   - events: at least one; taken in turn.
    ///   - invoke: runs an event and tells the responder, perhaps before it returns.
    ///   - onProgress: called on the loop.
    package init(
        _ plan: LoadPlan, loop: any EventLoop, function: String, events: [ByteBuffer],
        invoke: @escaping (Event, any Responder) -> Void, onProgress: @escaping (LoadProgress) -> Void
    ) {
        precondition(!events.isEmpty)
        self.loop = loop
        self.function = function
        self.events = events
        self.invoke = invoke
        self.onProgress = onProgress
        self.done = loop.makePromise()
        self.meter = LoadMeter(plan, now: loop.now.uptimeNanoseconds)
    }

    /// Begins; the future succeeds once all calls have been answered.
    ///
    /// The driver has to be kept until then.
    package func start() -> EventLoopFuture<LoadResult> {
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        let task = self.loop.scheduleRepeatedTask(initialDelay: Self.progressInterval, delay: Self.progressInterval) {
            _ in
            bound.value.tick()
        }
        self.done.futureResult.whenComplete { _ in task.cancel() }
        self.pump()
        return self.done.futureResult
    }

    /// Begins no further calls; the future fails with `CancellationError` once those under way have ended.
    package func cancel() {
        self.isCancelled = true
        self.finishIfOver()
    }

    // MARK: - Calls

    private func pump() {
        guard !self.isPumping, !self.isFinished else { return }
        self.isPumping = true
        var refused = 0
        var now = self.loop.now.uptimeNanoseconds
        while !self.isCancelled, refused < 8, let intended = self.meter.begin(now: now) {
            let call = Call(self, intended: intended)
            self.invoke(self.makeEvent(), call)
            if call.isOver { refused += 1 }
            now = self.loop.now.uptimeNanoseconds
        }
        self.isPumping = false
        if refused > 0 {
            self.wake(at: self.loop.now + Self.refusedPause)
        } else if let next = self.meter.pacer.next(now: now) {
            self.wake(at: .uptimeNanoseconds(next))
        }
        self.finishIfOver()
    }

    private func wake(at time: NIODeadline) {
        self.wake?.cancel()
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        self.wake = self.loop.scheduleTask(deadline: time) { bound.value.pump() }
    }

    private func makeEvent() -> Event {
        let payload = self.events[self.nextEvent]
        self.nextEvent = (self.nextEvent + 1) % self.events.count
        return Event(
            requestID: RequestID(using: &self.generator), function: self.function, trigger: .invoke, payload: payload)
    }

    fileprivate func ended(_ intended: UInt64, _ outcome: Outcome) {
        let now = self.loop.now.uptimeNanoseconds
        self.meter.end(
            intended: intended, sample: LoadSample(latencyNanoseconds: Int64(now - min(now, intended)), outcome),
            now: now)
        self.pump()
    }

    // MARK: - Time

    private func tick() {
        guard !self.isFinished else { return }
        self.onProgress(self.meter.progress(now: self.loop.now.uptimeNanoseconds))
        self.finishIfOver()
    }

    private func finishIfOver() {
        guard !self.isFinished, !self.isPumping else { return }
        if self.isCancelled {
            guard self.meter.pacer.underWay == 0 else { return }
            self.isFinished = true
            self.wake?.cancel()
            self.done.fail(CancellationError())
        } else if self.meter.pacer.isOver(now: self.loop.now.uptimeNanoseconds) {
            self.isFinished = true
            self.wake?.cancel()
            self.done.succeed(self.meter.result())
        }
    }

    /// One call under way.
    private final class Call: Responder {
        private let driver: LoadDriver
        private let intended: UInt64
        private(set) var isOver = false

        init(_ driver: LoadDriver, intended: UInt64) {
            self.driver = driver
            self.intended = intended
        }

        func begin(metadata: [MetadataPair], stream: any ReplyStream) {}

        func write(_ chunk: ByteBuffer) -> Bool { true }

        func complete(_ outcome: Outcome) {
            self.isOver = true
            self.driver.ended(self.intended, outcome)
        }
    }
}

/// Identities of calls need to be different, not unpredictable, and the kernel's random numbers cost a call into it each.
///
/// Source: G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators" (2014).
private struct SplitMix: RandomNumberGenerator {
    private var state = UInt64.random(in: .min ... .max)

    mutating func next() -> UInt64 {
        self.state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

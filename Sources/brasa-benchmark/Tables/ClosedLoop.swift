import NIOCore

/// What a number of clients saw that each asked again as soon as they were answered.
struct Load: Sendable {
    /// What a client could not be given.
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    let perSecond: Double
    let p50Microseconds: Double
    let p99Microseconds: Double
}

/// Clients of something that answers by callback, all on one event loop: as requests reach services in a host.
final class ClosedLoop {
    /// Asks once; `completion` is called once, on any thread, with what went wrong or nil.
    typealias Ask = (_ number: Int, _ completion: @escaping @Sendable (String?) -> Void) -> Void

    private let loop: any EventLoop
    private let ask: Ask
    private let promise: EventLoopPromise<Load>
    private let countedFrom: UInt64
    private let end: UInt64
    private var next = NumberedText.firstNumber
    private var running = 0
    private var durations: [UInt64] = []

    private init(
        loop: any EventLoop, warmUpMilliseconds: Int, milliseconds: Int, promise: EventLoopPromise<Load>,
        ask: @escaping Ask
    ) {
        self.loop = loop
        self.promise = promise
        self.ask = ask
        self.countedFrom = monotonicNanoseconds() + UInt64(warmUpMilliseconds) * 1_000_000
        self.end = self.countedFrom + UInt64(milliseconds) * 1_000_000
    }

    /// Puts the load on for a time.
    ///
    /// - Parameter ask: called on the loop, with numbers that rise.
    /// - Throws: `Load.Failed` with the first answer that was an error.
    static func run(
        clients: Int, milliseconds: Int, warmUpMilliseconds: Int = 100, on loop: any EventLoop,
        ask: @escaping @Sendable (_ number: Int, _ completion: @escaping @Sendable (String?) -> Void) -> Void
    ) async throws -> Load {
        try await loop.flatSubmit {
            let promise = loop.makePromise(of: Load.self)
            let closedLoop = ClosedLoop(
                loop: loop, warmUpMilliseconds: warmUpMilliseconds, milliseconds: milliseconds, promise: promise,
                ask: ask)
            closedLoop.running = clients
            for _ in 0..<clients { closedLoop.askNext() }
            return promise.futureResult
        }.get()
    }

    private func askNext() {
        let number = self.next
        self.next += 1
        let begin = monotonicNanoseconds()
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        let loop = self.loop
        self.ask(number) { problem in
            // A turn of its own also when the answer is there at once, so that clients do not nest.
            loop.execute { bound.value.answered(problem, begin) }
        }
    }

    private func answered(_ problem: String?, _ begin: UInt64) {
        let now = monotonicNanoseconds()
        if let problem {
            self.promise.fail(Load.Failed(description: problem))
            return
        }
        if now >= self.countedFrom, now < self.end { self.durations.append(now - begin) }
        if now < self.end { return self.askNext() }
        self.running -= 1
        guard self.running == 0 else { return }
        guard !self.durations.isEmpty else {
            self.promise.fail(Load.Failed(description: "No answer came in time."))
            return
        }
        let samples = Samples(nanoseconds: self.durations)
        self.promise.succeed(
            Load(
                perSecond: Double(self.durations.count) / (Double(self.end - self.countedFrom) / 1e9),
                p50Microseconds: samples.median, p99Microseconds: samples.percentile(0.99)))
    }
}

package import BrasaModel
package import NIOCore

/// Sums up what others call, over the measured time of a plan.
///
/// Lives on the engine's loop.
package final class LoadObserver: InvocationObserver {
    private let loop: any EventLoop
    private let function: String
    private var meter: LoadMeter
    private let done: EventLoopPromise<LoadResult>
    private var task: Scheduled<Void>?

    package init(_ plan: LoadPlan, loop: any EventLoop, function: String) {
        self.loop = loop
        self.function = function
        self.meter = LoadMeter(plan, now: NIODeadline.now().uptimeNanoseconds)
        self.done = loop.makePromise()
    }

    /// Begins; the future succeeds when the time is over, and fails with `CancellationError` after `cancel`.
    package func start() -> EventLoopFuture<LoadResult> {
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        self.task = self.loop.scheduleTask(deadline: .uptimeNanoseconds(self.meter.pacer.measuredFrom)) {
            bound.value.measure()
        }
        return self.done.futureResult
    }

    /// Ends it early.
    package func cancel() {
        self.task?.cancel()
        self.done.fail(CancellationError())
    }

    package func ended(_ invocation: Invocation, _ outcome: Outcome) {
        guard invocation.version.key.function == self.function, !invocation.version.key.isCandidate else { return }
        self.meter.observe(
            LoadSample(latencyNanoseconds: outcome.report?.durationNanoseconds ?? 0, outcome),
            now: NIODeadline.now().uptimeNanoseconds)
    }

    private func measure() {
        self.meter.beginMeasuring()
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        self.task = self.loop.scheduleTask(deadline: .uptimeNanoseconds(self.meter.pacer.endsAt)) {
            bound.value.done.succeed(bound.value.meter.result())
        }
    }
}

import BrasaModel
import BrasaPool
import Testing

/// Every event of the zygote's life in every state it may be in.
@Suite struct PoolZygoteTests {
    enum State: CaseIterable { case absent, starting, ready, failed, retired }

    enum Event: CaseIterable {
        case invoke, start, zygoteReady, zygoteFailed, zygoteEnded, retire, provision, provisionNone, tick
    }

    /// What comes of it: the actions and the next state.
    struct Result: Equatable {
        var actions: [PoolStateMachine.Action]
        var state: State

        init(_ state: State, _ actions: PoolStateMachine.Action...) {
            self.actions = actions
            self.state = state
        }
    }

    private func rig(_ state: State) -> PoolRig {
        let rig = PoolRig()
        if state != .absent { _ = rig.start() }
        switch state {
        case .absent, .starting: break
        case .ready: _ = rig.zygoteReady()
        case .failed: _ = rig.zygoteFailed()
        case .retired: _ = rig.retire()
        }
        return rig
    }

    private func state(of rig: PoolRig) -> State {
        switch rig.machine.zygote {
        case .absent: .absent
        case .starting: .starting
        case .ready: .ready
        case .failed: .failed
        case .retired: .retired
        }
    }

    private func tell(_ event: Event, to rig: PoolRig) -> [PoolStateMachine.Action] {
        switch event {
        case .invoke: rig.invoke(1)
        case .start: rig.start()
        case .zygoteReady: rig.zygoteReady()
        case .zygoteFailed: rig.zygoteFailed()
        case .zygoteEnded: rig.zygoteEnded()
        case .retire: rig.retire()
        case .provision: rig.setProvisioned(1)
        case .provisionNone: rig.setProvisioned(0)
        case .tick: rig.tick()
        }
    }

    private func expected(_ event: Event, in state: State) -> Result {
        switch (state, event) {
        case (.absent, .invoke), (.absent, .start), (.absent, .provision), (.failed, .start), (.failed, .provision):
            Result(.starting, .startZygote(limitedByInvocation: false))
        // `init` failed before; now it runs inside the invocation and its timeout.
        case (.failed, .invoke): Result(.starting, .startZygote(limitedByInvocation: true))
        case (.ready, .invoke): Result(.ready, .fork(101), .dispatch(1, 101, cold: true))
        case (.ready, .provision): Result(.ready, .fork(101))
        case (.retired, .invoke): Result(.retired, .reject(1, .retiredVersion))
        case (.starting, .zygoteReady): Result(.ready)
        case (.starting, .zygoteFailed): Result(.failed)
        case (.ready, .zygoteEnded): Result(.absent)
        case (.retired, .retire): Result(.retired)
        case (_, .retire): Result(.retired, .stopZygote)
        default: Result(state)
        }
    }

    @Test(arguments: State.allCases, Event.allCases)
    func answersEveryEventInEveryState(state: State, event: Event) {
        let rig = self.rig(state)
        var result = Result(state)
        result.actions = self.tell(event, to: rig)
        result.state = self.state(of: rig)
        #expect(result == self.expected(event, in: state))
    }

    @Test func givesAllThatWaitAnInstanceOnceTheZygoteIsReady() {
        let rig = PoolRig()
        #expect(rig.invoke(1) == [.startZygote(limitedByInvocation: false)])
        #expect(rig.invoke(2).isEmpty)
        #expect(rig.machine.waitingCount == 2)
        #expect(
            rig.zygoteReady() == [
                .fork(101), .dispatch(1, 101, cold: true), .fork(102), .dispatch(2, 102, cold: true),
            ])
        #expect(rig.machine.waitingCount == 0)
    }

    @Test func failsAllThatWaitWhenTheZygoteCannotStart() {
        let rig = PoolRig()
        _ = rig.invoke(1)
        _ = rig.invoke(2)
        #expect(rig.zygoteFailed() == [.reject(1, PoolRig.failure), .reject(2, PoolRig.failure)])
        #expect(rig.machine.lastStartFailure == PoolRig.failure)
        // Tried again by the next one, which then waits.
        #expect(rig.invoke(3) == [.startZygote(limitedByInvocation: true)])
        #expect(rig.zygoteReady() == [.fork(101), .dispatch(3, 101, cold: true)])
    }

    @Test func refusesWhatIsOverTheDepthOfTheQueueAtOnce() {
        let rig = PoolRig(PoolSettings(spareInstances: 0, queueDepth: 2))
        _ = rig.invoke(1)
        _ = rig.invoke(2)
        #expect(rig.invoke(3) == [.reject(3, .queueFull(depth: 2))])
        rig.machine.abandon(1)
        #expect(rig.invoke(4).isEmpty)
    }

    @Test func refusesWithoutAQueueButStillStarts() {
        let rig = PoolRig(PoolSettings(spareInstances: 0, queueDepth: 0))
        #expect(
            rig.invoke(1) == [.startZygote(limitedByInvocation: false), .reject(1, .queueFull(depth: 0))])
    }

    @Test func refusesWhatHasWaitedTooLong() {
        let rig = PoolRig(PoolSettings(spareInstances: 0, queueWaitNanoseconds: 50_000_000))
        _ = rig.invoke(1)
        rig.pass(milliseconds: 20)
        _ = rig.invoke(2)
        rig.pass(milliseconds: 29)
        #expect(rig.tick().isEmpty)
        rig.pass(milliseconds: 1)
        #expect(rig.tick() == [.reject(1, .waitedTooLong(nanoseconds: 50_000_000))])
        rig.pass(milliseconds: 20)
        #expect(rig.tick() == [.reject(2, .waitedTooLong(nanoseconds: 50_000_000))])
    }

    // MARK: - A zygote that dies

    @Test func placesNothingOnInstancesOfAZygoteThatHasDied() {
        let rig = PoolRig()
        rig.becomeReady()
        let ids = rig.warm(2)
        for id in ids { rig.machine.instanceClosing(id) }
        #expect(rig.zygoteEnded().isEmpty)
        #expect(rig.invoke(1) == [.startZygote(limitedByInvocation: false)])
        for id in ids { #expect(rig.end(id).isEmpty) }
        #expect(rig.zygoteReady() == [.fork(103), .dispatch(1, 103, cold: true)])
    }

    @Test func startsAgainForProvisionedInstancesWithoutACall() {
        let rig = PoolRig()
        rig.becomeReady()
        #expect(rig.setProvisioned(2) == [.fork(101), .fork(102)])
        _ = rig.ready(101)
        _ = rig.ready(102)
        for id: UInt64 in [101, 102] { rig.machine.instanceClosing(id) }
        _ = rig.zygoteEnded()
        for id: UInt64 in [101, 102] { _ = rig.end(id) }
        #expect(rig.tick().isEmpty)
        rig.pass(milliseconds: 100)
        #expect(rig.tick() == [.startZygote(limitedByInvocation: false)])
        #expect(rig.zygoteReady() == [.fork(103), .fork(104)])
    }

    @Test func waitsLongerEachTimeAZygoteForProvisionedInstancesFails() {
        let rig = PoolRig()
        #expect(rig.setProvisioned(1) == [.startZygote(limitedByInvocation: false)])
        var delays: [UInt64] = []
        for _ in 0..<12 {
            _ = rig.zygoteFailed()
            let failedAt = rig.now
            while rig.tick().isEmpty { rig.pass(milliseconds: 100) }
            delays.append((rig.now - failedAt) / 1_000_000)
        }
        #expect(delays == [100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000, 30_000])
        // Whoever sets the number anew expects an answer at once.
        _ = rig.zygoteFailed()
        #expect(rig.setProvisioned(1) == [.startZygote(limitedByInvocation: false)])
    }

    // MARK: - Retirement

    @Test func letsRunningInvocationsFinishBeforeItStopsTheZygote() {
        let rig = PoolRig()
        rig.becomeReady()
        let ids = rig.warm(2)
        #expect(rig.invoke(1) == [.dispatch(1, ids[1], cold: false)])
        #expect(rig.retire() == [.shutDown(ids[0])])
        #expect(rig.end(ids[0]).isEmpty)
        #expect(rig.complete(1, by: ids[1]) == [.shutDown(ids[1])])
        #expect(rig.end(ids[1]) == [.stopZygote])
        #expect(rig.invoke(2) == [.reject(2, .retiredVersion)])
    }

    @Test func handsQueuedInvocationsBackWhenTheVersionIsReplaced() {
        let rig = PoolRig(PoolSettings(spareInstances: 0, parallelism: 1, pipelineDepth: 2))
        rig.becomeReady()
        let id = rig.warm(1, microseconds: 50)[0]
        _ = rig.invoke(1)
        #expect(rig.invoke(2) == [.dispatch(2, id, cold: false)])
        #expect(rig.invoke(3).isEmpty)
        // 2 is in the instance and finishes there; 3 has not begun anywhere.
        #expect(rig.retire() == [.reject(3, .retiredVersion)])
        #expect(!rig.machine.hasBacklog)
        #expect(rig.complete(1, by: id).isEmpty)
        #expect(rig.complete(2, by: id) == [.shutDown(id)])
    }

    @Test func handsTheWaitingBackWhenItIsRetiredWhileStarting() {
        let rig = PoolRig()
        _ = rig.invoke(1)
        #expect(rig.retire() == [.reject(1, .retiredVersion), .stopZygote])
    }

    @Test func endsInstancesForkedAheadWhenItIsRetired() {
        let rig = PoolRig()
        rig.becomeReady()
        _ = rig.setProvisioned(2)
        #expect(rig.retire() == [.shutDown(101), .shutDown(102)])
        // One was ready meanwhile: it must not become idle again.
        #expect(rig.ready(101).isEmpty)
        #expect(rig.machine.idleCount == 0)
        #expect(rig.end(101).isEmpty)
        #expect(rig.end(102) == [.stopZygote])
    }

    @Test func sendsAnInvocationTakenBackFromARetiredInstanceToTheNewVersion() {
        let rig = PoolRig(PoolSettings(spareInstances: 0, parallelism: 1))
        rig.becomeReady()
        let id = rig.warm(1, microseconds: 50)[0]
        _ = rig.invoke(1)
        _ = rig.invoke(2)
        _ = rig.retire()
        rig.pass(milliseconds: 2)
        #expect(rig.tick() == [.retract(2, id)])
        #expect(rig.retracted(2, from: id) == [.reject(2, .retiredVersion)])
    }
}

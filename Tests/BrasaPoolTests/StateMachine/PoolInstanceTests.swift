import BrasaModel
import Testing

@testable import BrasaPool

/// Every event of an instance's life in every state it may be in.
@Suite struct PoolInstanceTests {
    enum State: CaseIterable { case unknown, unassigned, coldBusy, idle, busy, busyWithFollower, ending }

    enum Event: CaseIterable {
        case ready, completed, completedOther, closing, ending, failedToStart, ended, retracted
    }

    /// What can be seen of the instance from outside.
    enum Place: Equatable { case gone, unassigned, idle, busy, ending, nowhere }

    private static let id: UInt64 = 101

    private func rig(_ state: State) -> PoolRig {
        let rig = PoolRig(PoolSettings(spareInstances: 0, parallelism: 1))
        rig.becomeReady()
        switch state {
        case .unknown: break
        case .unassigned:
            _ = rig.setProvisioned(1)
            _ = rig.setProvisioned(0)
        case .coldBusy: _ = rig.invoke(1)
        case .idle: _ = rig.warm(1)
        case .busy:
            _ = rig.warm(1)
            _ = rig.invoke(1)
        case .busyWithFollower:
            _ = rig.warm(1, microseconds: 50)
            _ = rig.invoke(1)
            _ = rig.invoke(2)
        case .ending:
            _ = rig.warm(1)
            rig.pass(milliseconds: 400_000)
            #expect(rig.tick() == [.shutDown(Self.id)])
        }
        return rig
    }

    private func place(in machine: PoolStateMachine) -> Place {
        guard let instance = machine.instances[Self.id] else { return .gone }
        if machine.idle.contains(Self.id) { return .idle }
        if machine.unassigned.contains(Self.id) { return .unassigned }
        if machine.busy.contains(Self.id) { return .busy }
        return instance.isEnding ? .ending : .nowhere
    }

    private func tell(_ event: Event, to rig: PoolRig) -> [PoolStateMachine.Action] {
        switch event {
        case .ready: rig.ready(Self.id)
        case .completed: rig.complete(1, by: Self.id)
        case .completedOther: rig.complete(99, by: Self.id)
        case .closing: rig.tell { machine, _, _ in machine.instanceClosing(Self.id) }
        case .ending: rig.tell { machine, now, _ in _ = machine.instanceEnding(Self.id, now: now) }
        case .failedToStart:
            rig.tell { machine, now, _ in
                _ = machine.instanceEnding(Self.id, startFailure: PoolRig.failure, now: now)
            }
        case .ended: rig.end(Self.id)
        case .retracted: rig.retracted(2, from: Self.id)
        }
    }

    private func expected(_ event: Event, in state: State) -> (place: Place, actions: [PoolStateMachine.Action]) {
        let unchanged: Place =
            switch state {
            case .unknown: .gone
            case .unassigned: .unassigned
            case .idle: .idle
            case .coldBusy, .busy, .busyWithFollower: .busy
            case .ending: .ending
            }
        switch (state, event) {
        case (.unknown, .retracted):
            return (.busy, [.fork(Self.id), .dispatch(2, Self.id, cold: true)])
        case (.unknown, _): return (.gone, [])
        case (.unassigned, .ready): return (.idle, [])
        case (.coldBusy, .completed), (.busy, .completed): return (.idle, [])
        case (.busyWithFollower, .completed): return (.busy, [])
        // What is in it may still complete.
        case (.coldBusy, .closing), (.busy, .closing), (.busyWithFollower, .closing): return (.busy, [])
        case (_, .closing), (_, .ending), (_, .failedToStart): return (.ending, [])
        case (_, .ended): return (.gone, [])
        // Taken back from somewhere, it begins at once on what is free, else on an instance of its own.
        case (.unassigned, .retracted): return (.busy, [.dispatch(2, Self.id, cold: true)])
        case (.idle, .retracted): return (.busy, [.dispatch(2, Self.id, cold: false)])
        case (_, .retracted): return (unchanged, [.fork(102), .dispatch(2, 102, cold: true)])
        default: return (unchanged, [])
        }
    }

    @Test(arguments: State.allCases, Event.allCases)
    func answersEveryEventInEveryState(state: State, event: Event) {
        let rig = self.rig(state)
        let actions = self.tell(event, to: rig)
        let expected = self.expected(event, in: state)
        #expect(actions == expected.actions)
        #expect(self.place(in: rig.machine) == expected.place)
    }

    @Test func givesBackWhatWasInAnInstanceThatEnds() {
        let rig = self.rig(.busyWithFollower)
        #expect(rig.machine.instanceEnding(Self.id, now: rig.now) == [1, 2])
        #expect(rig.machine.instanceEnding(Self.id, now: rig.now).isEmpty)
        // An answer that was under way finds nothing to complete.
        #expect(rig.complete(1, by: Self.id).isEmpty)
        #expect(rig.machine.idleCount == 0)
    }

    @Test func completesWhatAnInstanceAnsweredBeforeItEndedAndGivesItNothingNew() {
        let rig = self.rig(.busyWithFollower)
        _ = rig.invoke(3)
        rig.machine.instanceClosing(Self.id)
        #expect(rig.complete(1, by: Self.id).isEmpty)
        #expect(rig.complete(2, by: Self.id).isEmpty)
        #expect(rig.machine.idleCount == 0)
        #expect(rig.invoke(4) == [.fork(102), .dispatch(4, 102, cold: true)])
    }

    @Test func countsAStartFailureOnce() {
        let rig = self.rig(.unassigned)
        _ = rig.setProvisioned(1)
        _ = rig.tell { machine, now, _ in
            _ = machine.instanceEnding(Self.id, startFailure: PoolRig.failure, now: now)
            _ = machine.instanceEnding(Self.id, startFailure: PoolRig.failure, now: now)
        }
        #expect(rig.end(Self.id).isEmpty)
        rig.pass(milliseconds: 100)
        #expect(rig.tick() == [.fork(102)])
    }

    // MARK: - Expiry and age

    @Test func expiresIdleInstancesTheLeastRecentlyUsedFirst() {
        let rig = PoolRig(PoolSettings(spareInstances: 0, idleTimeoutNanoseconds: 10_000_000_000))
        rig.becomeReady()
        let ids = rig.warm(2)
        rig.pass(milliseconds: 6_000)
        #expect(rig.invoke(1) == [.dispatch(1, ids[1], cold: false)])
        #expect(rig.complete(1, by: ids[1]).isEmpty)
        rig.pass(milliseconds: 4_000)
        #expect(rig.tick() == [.shutDown(ids[0])])
        rig.pass(milliseconds: 6_000)
        #expect(rig.tick() == [.shutDown(ids[1])])
    }

    @Test func keepsProvisionedInstancesForEver() {
        let rig = PoolRig(PoolSettings(spareInstances: 0, idleTimeoutNanoseconds: 10_000_000_000))
        rig.becomeReady()
        let ids = rig.warm(3)
        _ = rig.setProvisioned(2)
        rig.pass(milliseconds: 100_000)
        #expect(rig.tick() == [.shutDown(ids[0])])
        #expect(rig.tick().isEmpty)
        _ = rig.setProvisioned(0)
        #expect(rig.tick() == [.shutDown(ids[1]), .shutDown(ids[2])])
    }

    @Test func replacesAnInstanceAfterItsNumberOfInvocations() {
        let rig = PoolRig(PoolSettings(spareInstances: 0, retireAfterInvocations: 2))
        rig.becomeReady()
        let id = rig.warm(1)[0]
        #expect(rig.invoke(1) == [.dispatch(1, id, cold: false)])
        #expect(rig.complete(1, by: id) == [.shutDown(id)])
        #expect(rig.invoke(2) == [.fork(102), .dispatch(2, 102, cold: true)])
    }

    @Test func replacesAnIdleInstanceAtItsAge() {
        let rig = PoolRig(PoolSettings(spareInstances: 0, retireAfterNanoseconds: 5_000_000_000))
        rig.becomeReady()
        let id = rig.warm(1)[0]
        rig.pass(milliseconds: 4_900)
        #expect(rig.tick().isEmpty)
        rig.pass(milliseconds: 100)
        #expect(rig.tick() == [.shutDown(id)])
    }

    @Test func replacesAProvisionedInstanceAtItsAgeByAFreshOne() {
        let rig = PoolRig(PoolSettings(spareInstances: 0, retireAfterNanoseconds: 5_000_000_000))
        rig.becomeReady()
        _ = rig.setProvisioned(1)
        _ = rig.ready(101)
        rig.pass(milliseconds: 5_000)
        #expect(rig.tick() == [.shutDown(101), .fork(102)])
    }

    @Test func lineUpsDoNotKeepAWornOutInstanceAlive() {
        let rig = PoolRig(PoolSettings(spareInstances: 0, retireAfterInvocations: 3, parallelism: 1, pipelineDepth: 2))
        rig.becomeReady()
        let id = rig.warm(1, microseconds: 50)[0]
        for invocation: UInt64 in 1...4 { _ = rig.invoke(invocation) }
        #expect(rig.complete(1, by: id, microseconds: 50) == [.dispatch(3, id, cold: false)])
        // Worn out: it still answers what is in it.
        #expect(rig.complete(2, by: id, microseconds: 50).isEmpty)
        #expect(rig.complete(3, by: id, microseconds: 50) == [.shutDown(id)])
        #expect(rig.end(id) == [.fork(102), .dispatch(4, 102, cold: true)])
    }

    // MARK: - Starts that fail

    @Test func waitsLongerEachTimeAnInstanceForkedAheadFailsToStart() {
        let rig = PoolRig()
        rig.becomeReady()
        #expect(rig.setProvisioned(1) == [.fork(101)])
        var delays: [UInt64] = []
        for id: UInt64 in 101..<113 {
            #expect(rig.machine.instanceEnding(id, startFailure: PoolRig.failure, now: rig.now).isEmpty)
            #expect(rig.end(id).isEmpty)
            let failedAt = rig.now
            while rig.tick().isEmpty { rig.pass(milliseconds: 100) }
            delays.append((rig.now - failedAt) / 1_000_000)
        }
        #expect(delays == [100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000, 30_000])
        #expect(rig.machine.lastStartFailure == PoolRig.failure)
        _ = rig.ready(113)
        #expect(rig.machine.lastStartFailure == nil)
    }

    @Test func stillStartsAnInstanceForAnInvocationWhileStartsFail() {
        let rig = PoolRig()
        rig.becomeReady()
        _ = rig.setProvisioned(1)
        _ = rig.machine.instanceEnding(101, startFailure: PoolRig.failure, now: rig.now)
        _ = rig.end(101)
        #expect(rig.invoke(1) == [.fork(102), .dispatch(1, 102, cold: true)])
    }
}

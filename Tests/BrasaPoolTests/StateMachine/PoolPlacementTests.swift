import BrasaModel
import BrasaPool
import Testing

/// Which instance gets an invocation, and how many there are.
@Suite struct PoolPlacementTests {
    @Test func usesTheMostRecentlyUsedInstanceFirst() {
        let rig = PoolRig()
        rig.becomeReady()
        let ids = rig.warm(3)
        #expect(rig.invoke(1) == [.dispatch(1, ids[2], cold: false)])
        #expect(rig.invoke(2) == [.dispatch(2, ids[1], cold: false)])
        _ = rig.complete(1, by: ids[2])
        _ = rig.complete(2, by: ids[1])
        #expect(rig.invoke(3) == [.dispatch(3, ids[1], cold: false)])
    }

    @Test func prefersAnInstanceThatWasUsedToASpareThatThawedLater() {
        let rig = PoolRig(PoolSettings(spareInstances: 1))
        rig.becomeReady()
        _ = rig.invoke(1)
        #expect(rig.tick() == [.fork(102)])
        _ = rig.complete(1, by: 101)
        _ = rig.ready(102)
        #expect(rig.invoke(2) == [.dispatch(2, 101, cold: false)])
        #expect(rig.invoke(3) == [.dispatch(3, 102, cold: true)])
    }

    @Test func runsOneInvocationInAnInstanceOfASlowFunction() {
        let rig = PoolRig()
        rig.becomeReady()
        _ = rig.warm(1)
        for invocation: UInt64 in 1...5 { _ = rig.invoke(invocation) }
        #expect(rig.machine.busyCount == 5)
        #expect(rig.machine.instanceCount == 5)
    }

    @Test func forksASpareAheadOnceTheFunctionWasCalled() {
        let rig = PoolRig(PoolSettings(spareInstances: 2))
        rig.becomeReady()
        // Nobody has called: nothing is kept.
        #expect(rig.tick().isEmpty)
        #expect(rig.invoke(1) == [.fork(101), .dispatch(1, 101, cold: true)])
        #expect(rig.tick() == [.fork(102), .fork(103)])
        #expect(rig.invoke(2) == [.dispatch(2, 103, cold: true)])
        #expect(rig.complete(1, by: 101).isEmpty)
        #expect(rig.tick().isEmpty)
    }

    @Test func prefersAnInstanceThatIsReadyToOneThatStarts() {
        let rig = PoolRig(PoolSettings(spareInstances: 1))
        rig.becomeReady()
        _ = rig.invoke(1)
        #expect(rig.tick() == [.fork(102)])
        _ = rig.complete(1, by: 101)
        #expect(rig.invoke(2) == [.dispatch(2, 101, cold: false)])
        #expect(rig.invoke(3) == [.dispatch(3, 102, cold: true)])
    }

    @Test func callsAThawedSpareCold() {
        let rig = PoolRig(PoolSettings(spareInstances: 1))
        rig.becomeReady()
        _ = rig.invoke(1)
        _ = rig.tick()
        _ = rig.ready(102)
        #expect(rig.machine.idleCount == 1)
        #expect(rig.invoke(2) == [.dispatch(2, 102, cold: true)])
    }

    // MARK: - Growth

    @Test func saysWhetherTheNextInvocationNeedsAnInstanceThatHasNotRunYet() {
        let rig = PoolRig(PoolSettings(spareInstances: 1, parallelism: 1))
        #expect(rig.machine.wouldGrow(isSmall: true))
        rig.becomeReady()
        #expect(rig.machine.wouldGrow(isSmall: true))
        let id = rig.warm(1, microseconds: 50)[0]
        #expect(!rig.machine.wouldGrow(isSmall: false))
        _ = rig.invoke(1)
        // It is quick, so it lines up; a large event does not.
        #expect(!rig.machine.wouldGrow(isSmall: true))
        #expect(rig.machine.wouldGrow(isSmall: false))
        #expect(rig.tick() == [.fork(102)])
        _ = rig.complete(1, by: id, microseconds: 50)
        // The spare that has thawed is for when nothing that has run before is idle.
        _ = rig.ready(102)
        #expect(!rig.machine.wouldGrow(isSmall: false))
        _ = rig.invoke(2)
        #expect(rig.machine.wouldGrow(isSmall: false))
    }

    // MARK: - Lining up

    private func quick(parallelism: Int = 1, depth: Int = 3, instances: Int = 1) -> (rig: PoolRig, ids: [UInt64]) {
        let rig = PoolRig(PoolSettings(spareInstances: 0, parallelism: parallelism, pipelineDepth: depth))
        rig.becomeReady()
        return (rig, rig.warm(instances, microseconds: 50))
    }

    @Test func linesInvocationsOfAQuickFunctionUpWhileAllProcessorsAreBusy() {
        let (rig, ids) = self.quick(parallelism: 2, instances: 2)
        // The first two run; the third finds every processor busy.
        #expect(rig.invoke(1) == [.dispatch(1, ids[1], cold: false)])
        #expect(rig.invoke(2) == [.dispatch(2, ids[0], cold: false)])
        #expect(rig.invoke(3) == [.dispatch(3, ids[1], cold: false)])
        #expect(rig.invoke(4) == [.dispatch(4, ids[0], cold: false)])
        #expect(rig.machine.instanceCount == 2)
    }

    @Test func keepsWhatFitsNowhereInOrderUntilAPlaceIsFree() {
        let (rig, ids) = self.quick(depth: 2)
        for invocation: UInt64 in 1...2 { _ = rig.invoke(invocation) }
        #expect(rig.invoke(3).isEmpty)
        #expect(rig.invoke(4).isEmpty)
        #expect(rig.machine.hasBacklog)
        #expect(rig.complete(1, by: ids[0], microseconds: 50) == [.dispatch(3, ids[0], cold: false)])
        #expect(rig.complete(2, by: ids[0], microseconds: 50) == [.dispatch(4, ids[0], cold: false)])
        #expect(!rig.machine.hasBacklog)
    }

    @Test func startsAnInstanceWhenLiningUpWouldTakeTooLong() {
        let (rig, _) = self.quick(depth: 8)
        var forks = 0
        for invocation: UInt64 in 1...60 {
            for case .fork in rig.invoke(invocation) { forks += 1 }
        }
        // 2 ms at 50 us each: 40 in line, counting full places, before a second instance is worth it.
        #expect(forks > 0 && forks < 20)
    }

    @Test func neverLinesUpALargeEvent() {
        let (rig, _) = self.quick()
        _ = rig.invoke(1)
        #expect(rig.invoke(2, isSmall: false) == [.fork(102), .dispatch(2, 102, cold: true)])
    }

    @Test func linesNothingUpWithAPipelineOfOne() {
        let (rig, _) = self.quick(depth: 1)
        _ = rig.invoke(1)
        #expect(rig.invoke(2) == [.fork(102), .dispatch(2, 102, cold: true)])
    }

    @Test func linesNothingUpBehindAnInstanceThatHasNotStarted() {
        let rig = PoolRig(PoolSettings(spareInstances: 0, parallelism: 1))
        rig.becomeReady()
        let id = rig.warm(1, microseconds: 50)[0]
        _ = rig.machine.instanceEnding(id, now: rig.now)
        _ = rig.end(id)
        #expect(rig.invoke(1) == [.fork(102), .dispatch(1, 102, cold: true)])
        #expect(rig.invoke(2).isEmpty)
        rig.pass(milliseconds: 2)
        #expect(rig.tick() == [.fork(103), .dispatch(2, 103, cold: true)])
    }

    @Test func takesBackWhatWaitsBehindASlowOne() {
        let (rig, ids) = self.quick()
        for invocation: UInt64 in 1...3 { _ = rig.invoke(invocation) }
        rig.pass(milliseconds: 1)
        #expect(rig.tick().isEmpty)
        rig.pass(milliseconds: 1)
        #expect(rig.tick() == [.retract(2, ids[0]), .retract(3, ids[0])])
        #expect(rig.retracted(2, from: ids[0]) == [.fork(102), .dispatch(2, 102, cold: true)])
        // 3 had begun just now: it stays and is answered there.
        _ = rig.complete(1, by: ids[0])
        #expect(rig.complete(3, by: ids[0]).isEmpty)
        #expect(rig.machine.idleCount == 1)
    }

    @Test func addsNothingBehindAnInstanceThatIsStuck() {
        let (rig, _) = self.quick()
        _ = rig.invoke(1)
        rig.pass(milliseconds: 3)
        #expect(rig.invoke(2).isEmpty)
        rig.pass(milliseconds: 2)
        #expect(rig.tick() == [.fork(102), .dispatch(2, 102, cold: true)])
    }

    @Test func forgetsWhatWaitsWhenItsCallerLeaves() {
        let (rig, ids) = self.quick(depth: 2)
        for invocation: UInt64 in 1...4 { _ = rig.invoke(invocation) }
        rig.machine.abandon(3)
        #expect(rig.complete(1, by: ids[0], microseconds: 50) == [.dispatch(4, ids[0], cold: false)])
    }

    // MARK: - Provisioned concurrency

    @Test func countsProvisionedInstancesAsTheyBecomeReady() {
        let rig = PoolRig()
        #expect(rig.setProvisioned(2) == [.startZygote(limitedByInvocation: false)])
        #expect(rig.machine.provisionedAllocated == 0)
        #expect(rig.zygoteReady() == [.fork(101), .fork(102)])
        #expect(rig.machine.startingCount == 2)
        _ = rig.ready(101)
        #expect(rig.machine.provisionedAllocated == 1)
        _ = rig.ready(102)
        #expect(rig.machine.provisionedAllocated == 2)
        #expect(rig.machine.idleCount == 2)
        // Busy ones are allocated and not available.
        _ = rig.invoke(1)
        #expect(rig.machine.provisionedAllocated == 2)
        #expect(rig.machine.idleCount == 1)
    }

    @Test func replacesAProvisionedInstanceThatDies() {
        let rig = PoolRig()
        rig.becomeReady()
        _ = rig.setProvisioned(1)
        _ = rig.ready(101)
        _ = rig.invoke(1)
        #expect(rig.machine.instanceEnding(101, now: rig.now) == [1])
        #expect(rig.machine.provisionedAllocated == 0)
        #expect(rig.end(101) == [.fork(102)])
    }

    @Test func makesUpForInstancesThatAreAskedToEnd() {
        let rig = PoolRig(PoolSettings(spareInstances: 0, idleTimeoutNanoseconds: 1_000_000_000))
        rig.becomeReady()
        let ids = rig.warm(2)
        rig.pass(milliseconds: 1_000)
        #expect(rig.tick() == [.shutDown(ids[0]), .shutDown(ids[1])])
        // They live on for a moment, but can no longer be used.
        #expect(rig.setProvisioned(2) == [.fork(103), .fork(104)])
    }

    @Test func usesOnDemandInstancesForProvisionedConcurrency() {
        let rig = PoolRig()
        rig.becomeReady()
        _ = rig.warm(2)
        #expect(rig.setProvisioned(3) == [.fork(103)])
        #expect(rig.setProvisioned(1).isEmpty)
    }

    @Test func keepsOneInstanceAndLetsTheRestWaitWhereThereMayBeOneOnly() {
        var settings = PoolSettings(spareInstances: 0, pipelineDepth: 1)
        (settings.minimumInstances, settings.maximumInstances) = (1, 1)
        let rig = PoolRig(settings)
        _ = rig.start()
        #expect(rig.zygoteReady() == [.fork(101)])
        // It has not thawed, but it is the one there is.
        #expect(rig.invoke(1) == [.dispatch(1, 101, cold: true)])
        #expect(rig.invoke(2).isEmpty)
        #expect(rig.invoke(3).isEmpty)
        _ = rig.ready(101)
        #expect(rig.complete(1, by: 101) == [.dispatch(2, 101, cold: false)])
        #expect(rig.complete(2, by: 101) == [.dispatch(3, 101, cold: false)])
        #expect(rig.complete(3, by: 101).isEmpty)
        rig.pass(milliseconds: 60_000)
        #expect(rig.tick().isEmpty)
    }

    @Test func replacesTheOneInstanceThatDiedAndHandsItWhatWaited() {
        var settings = PoolSettings(spareInstances: 0, pipelineDepth: 1)
        (settings.minimumInstances, settings.maximumInstances) = (1, 1)
        let rig = PoolRig(settings)
        _ = rig.start()
        _ = rig.zygoteReady()
        _ = rig.ready(101)
        _ = rig.invoke(1)
        _ = rig.invoke(2)
        #expect(rig.machine.instanceEnding(101, now: rig.now) == [1])
        #expect(rig.end(101) == [.fork(102)])
        #expect(rig.ready(102) == [.dispatch(2, 102, cold: true)])
        // Its end comes with that of the version alone.
        #expect(rig.retire().isEmpty)
        #expect(rig.complete(2, by: 102) == [.shutDown(102)])
        #expect(rig.end(102) == [.stopZygote])
    }
}

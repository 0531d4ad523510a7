import BrasaPool
import Testing

@Suite("Actions of a pool")
struct ActionQueueTests {
    /// Performs what is queued; performing `deciding` leads to `then`.
    private func perform(
        _ queue: inout ActionQueue, deciding: PoolStateMachine.Action, then: [PoolStateMachine.Action]
    ) -> [PoolStateMachine.Action] {
        var performed: [PoolStateMachine.Action] = []
        guard queue.beginPerforming() else { return [] }
        while let action = queue.popFirst() {
            performed.append(action)
            guard action == deciding else { continue }
            queue.decide { $0.append(contentsOf: then) }
            let isFirst = queue.beginPerforming()
            #expect(!isFirst)
        }
        return performed
    }

    @Test func performsWhatWasDecidedFirstBeforeWhatPerformingLedTo() {
        var queue = ActionQueue()
        queue.decide { $0 += [.retract(7, 1), .fork(2)] }
        // The machine has counted on the fork when it sends the invocation that was taken back to instance 2.
        let performed = self.perform(&queue, deciding: .retract(7, 1), then: [.dispatch(7, 2, cold: true)])
        #expect(performed == [.retract(7, 1), .fork(2), .dispatch(7, 2, cold: true)])
    }

    @Test func isReadyForTheNextEventOnceAllIsPerformed() {
        var queue = ActionQueue()
        for number in UInt64(1)...3 {
            #expect(!queue.isPerforming)
            queue.decide { $0.append(.fork(number)) }
            #expect(self.perform(&queue, deciding: .stopZygote, then: []) == [.fork(number)])
        }
        #expect(self.perform(&queue, deciding: .stopZygote, then: []).isEmpty)
    }
}

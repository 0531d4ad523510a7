/// Actions that wait to be performed, strictly in the order in which they were decided.
///
/// Performing an action may tell the machine something, and the machine then decides more. Those come last: the machine has
/// counted on what it decided before, such as the fork of an instance it now hands an invocation to. Pure.
package struct ActionQueue: Sendable {
    private var actions: [PoolStateMachine.Action] = []
    private var next = 0
    /// Whether somebody further up is performing: decide, and leave the performing to them.
    package private(set) var isPerforming = false

    package init() {}

    /// Lets the machine decide; its actions go to the end.
    package mutating func decide(_ body: (inout [PoolStateMachine.Action]) -> Void) { body(&self.actions) }

    /// Claims the performing.
    ///
    /// False when somebody further up has it: they perform these actions too.
    package mutating func beginPerforming() -> Bool {
        guard !self.isPerforming else { return false }
        self.isPerforming = true
        return true
    }

    /// The next action; nil when there is none, which ends the performing.
    package mutating func popFirst() -> PoolStateMachine.Action? {
        guard self.next < self.actions.count else {
            self.actions.removeAll(keepingCapacity: true)
            self.next = 0
            self.isPerforming = false
            return nil
        }
        defer { self.next += 1 }
        return self.actions[self.next]
    }
}

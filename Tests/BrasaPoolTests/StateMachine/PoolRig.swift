import BrasaModel
import BrasaPool
import Synchronization

/// A pool's machine with a clock of its own, fed one event at a time.
final class PoolRig {
    typealias Action = PoolStateMachine.Action

    static let failure = Failure(kind: .initialization, errorType: "Runtime.ExitError", message: "It failed.")

    var machine: PoolStateMachine
    var now: UInt64 = 1_000_000_000

    init(_ settings: PoolSettings = PoolSettings(spareInstances: 0)) {
        // Instances are numbered from 101, so that they cannot be taken for invocations.
        let last = Box(100)
        self.machine = PoolStateMachine(settings: settings) { last.next() }
    }

    /// What the machine decides on an event.
    func tell(_ event: (inout PoolStateMachine, UInt64, inout [Action]) -> Void) -> [Action] {
        var actions: [Action] = []
        event(&self.machine, self.now, &actions)
        return actions
    }

    func pass(milliseconds: UInt64) { self.now += milliseconds * 1_000_000 }

    // MARK: - Events

    func invoke(_ id: UInt64, isSmall: Bool = true) -> [Action] {
        self.tell { $0.invoke(id, isSmall: isSmall, now: $1, actions: &$2) }
    }

    func complete(_ invocation: UInt64, by id: UInt64, microseconds: UInt64 = 5_000) -> [Action] {
        self.tell {
            $0.completed(invocation, by: id, durationNanoseconds: microseconds * 1_000, now: $1, actions: &$2)
        }
    }

    func ready(_ id: UInt64) -> [Action] { self.tell { $0.instanceReady(id, now: $1, actions: &$2) } }

    func end(_ id: UInt64) -> [Action] { self.tell { $0.instanceEnded(id, now: $1, actions: &$2) } }

    func retracted(_ invocation: UInt64, from id: UInt64) -> [Action] {
        self.tell { $0.retracted(invocation, from: id, now: $1, actions: &$2) }
    }

    func start() -> [Action] { self.tell { $0.start(actions: &$2) } }

    func zygoteReady() -> [Action] { self.tell { $0.zygoteReady(now: $1, actions: &$2) } }

    func zygoteFailed() -> [Action] { self.tell { $0.zygoteFailed(Self.failure, now: $1, actions: &$2) } }

    func zygoteEnded() -> [Action] { self.tell { $0.zygoteEnded(now: $1, actions: &$2) } }

    func retire() -> [Action] { self.tell { $0.retire(now: $1, actions: &$2) } }

    func setProvisioned(_ count: Int) -> [Action] {
        self.tell { $0.setProvisioned(count, now: $1, actions: &$2) }
    }

    func tick() -> [Action] { self.tell { $0.tick(now: $1, actions: &$2) } }

    // MARK: - Situations

    /// A ready zygote without instances.
    func becomeReady() {
        _ = self.start()
        _ = self.zygoteReady()
    }

    /// Has `count` instances answer once each; they are idle then, the last one most recently.
    func warm(_ count: Int, microseconds: UInt64 = 5_000) -> [UInt64] {
        var ids: [UInt64] = []
        for number in 0..<UInt64(count) {
            for case .dispatch(_, let id, _) in self.invoke(1_000 + number) { ids.append(id) }
        }
        for (number, id) in ids.enumerated() {
            _ = self.ready(id)
            self.now += 1_000
            _ = self.complete(1_000 + UInt64(number), by: id, microseconds: microseconds)
        }
        return ids
    }

    private final class Box: Sendable {
        private let last: Mutex<UInt64>
        init(_ start: UInt64) { self.last = Mutex(start) }
        func next() -> UInt64 {
            self.last.withLock {
                $0 += 1
                return $0
            }
        }
    }
}

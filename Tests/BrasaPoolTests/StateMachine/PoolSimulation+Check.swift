import BrasaModel
import DequeModule

@testable import BrasaPool

/// What has to hold between any two events.
extension PoolSimulation {
    func check() {
        for pool in self.pools {
            self.breaches += pool.breaches
            pool.breaches = []
            self.checkPlaces(pool)
            self.checkLists(pool)
        }
        self.checkLedger()
        self.checkWaiting()
        self.checkInvocations()
        if self.breaches.count > 5 { self.breaches.removeLast(self.breaches.count - 5) }
    }

    private func expect(_ holds: Bool, _ pool: PoolModel, _ text: @autoclosure () -> String) {
        if !holds { self.breaches.append("\(pool.name) at step \(self.step), seed \(self.seed): \(text())") }
    }

    /// Driver and machine agree on what is where.
    private func checkPlaces(_ pool: PoolModel) {
        let machine = pool.machine
        for (id, instance) in machine.instances {
            self.expect(pool.announced.contains(id), pool, "\(id) is in the machine but was never forked")
            self.expect(
                pool.instances[id]?.running == Array(instance.running), pool,
                "\(id) runs \(Array(instance.running)), the driver has \(pool.instances[id]?.running ?? [])")
            self.expect(
                instance.running.count <= machine.settings.pipelineDepth, pool, "\(id) holds \(instance.running.count)")
        }
        self.expect(Set(machine.instances.keys) == Set(pool.instances.keys), pool, "the driver has other instances")
        let waiting = machine.waiting.map(\.invocation) + machine.backlog.map(\.invocation)
        self.expect(Set(waiting) == pool.waiting, pool, "waiting are \(waiting), the driver has \(pool.waiting)")
        self.expect(Set(waiting).count == waiting.count, pool, "an invocation waits twice: \(waiting)")
        self.expect(machine.waiting.count <= machine.settings.queueDepth, pool, "the queue is over its depth")
    }

    /// Each instance is on the list it belongs to, once.
    private func checkLists(_ pool: PoolModel) {
        let machine = pool.machine
        for id in machine.idle {
            let instance = machine.instances[id]
            self.expect(
                instance?.isReady == true && instance?.isEnding == false && instance?.running.isEmpty == true, pool,
                "\(id) is idle as \(String(describing: instance))")
        }
        for id in machine.unassigned {
            let instance = machine.instances[id]
            self.expect(
                instance?.isReady == false && instance?.isEnding == false && instance?.running.isEmpty == true, pool,
                "\(id) is unassigned as \(String(describing: instance))")
        }
        let running = machine.instances.filter { !$0.value.running.isEmpty }
        self.expect(machine.busy.sorted() == running.keys.sorted(), pool, "busy is \(machine.busy)")
        self.expect(Set(machine.idle).count == machine.idle.count, pool, "idle twice: \(machine.idle)")
        self.expect(Set(machine.unassigned).isDisjoint(with: machine.idle), pool, "unassigned and idle")
        // Those never used first, the most recently used last, so that the others can expire.
        let idle = machine.idle.compactMap { machine.instances[$0] }
        let since = idle.drop { $0.answered == 0 }.map { $0.answered == 0 ? 0 : $0.idleSince }
        self.expect(since == since.sorted(), pool, "idle since \(since)")
        if pool.isRetired {
            self.expect(machine.idle.isEmpty && machine.unassigned.isEmpty, pool, "retired, with idle instances")
            self.expect(machine.waiting.isEmpty && machine.backlog.isEmpty, pool, "retired, with queued invocations")
            self.expect((pool.zygote == .stopped) == machine.instances.isEmpty, pool, "retired, zygote \(pool.zygote)")
        }
        self.expect(machine.waiting.isEmpty || machine.zygote == .starting, pool, "waits for \(machine.zygote)")
        self.expect(machine.backlog.isEmpty || machine.zygote == .ready, pool, "lines up for \(machine.zygote)")
    }

    /// Every reservation is held by exactly one unanswered invocation.
    private func checkLedger() {
        let open = self.unanswered.compactMap { self.invocations[$0] }
        let unreserved = open.count { $0.admission == .unreserved }
        if self.ledger.unreservedInFlight != unreserved {
            self.breaches.append("step \(self.step): \(self.ledger.unreservedInFlight) unreserved for \(unreserved)")
        }
        if unreserved > self.ledger.accountLimit { self.breaches.append("\(unreserved) over the account's limit") }
        for (name, function) in self.ledger.functions {
            let reserved = open.count { $0.function == name && $0.admission == .reserved }
            let provisioned = open.count { $0.function == name && $0.admission == .provisioned }
            let held = function.provisioned.values.reduce(0) { $0 + $1.inFlight }
            if function.onDemand != reserved || held != provisioned {
                self.breaches.append(
                    "step \(self.step): \(name) holds \(function.onDemand)+\(held) for \(reserved)+\(provisioned)")
            }
        }
    }

    /// Nobody waits for concurrency that is free.
    private func checkWaiting() {
        var (queue, ledger) = (self.queue, self.ledger)
        let next = queue.popFirst { ledger.admit($0.key, now: self.now) }
        if let next { self.breaches.append("step \(self.step), seed \(self.seed): \(next) waits for nothing") }
    }

    /// Every unanswered invocation is in exactly one pool, or waits for concurrency.
    private func checkInvocations() {
        var places: [UInt64: Int] = [:]
        var queue = self.queue
        for waiter in queue.remove(where: { _ in true }) { places[waiter.id, default: 0] += 1 }
        for pool in self.pools {
            for id in pool.waiting { places[id, default: 0] += 1 }
            for instance in pool.instances.values {
                for id in instance.running { places[id, default: 0] += 1 }
            }
        }
        if Set(places.keys) != self.unanswered || places.values.contains(where: { $0 != 1 }) {
            let lost = self.unanswered.subtracting(places.keys).sorted()
            let twice = places.filter { $0.value > 1 }.keys.sorted()
            self.breaches.append("step \(self.step), seed \(self.seed): lost \(lost), in two places \(twice)")
        }
    }
}

import BrasaModel
import BrasaPool
import BrasaRouter
import Glibc
import NIOCore

/// A thousand instances of one function at once, all started and all called, and what each keeps of memory.
struct ManyInstances {
    let programs: Programs
    private static let count = 1_000

    func measure() async throws -> [Finding] {
        let bed = try await Bed.make(programs: self.programs)
        let version = try await bed.serve(self.programs.function, as: "hello-c") { $0.memoryMegabytes = 64 }
        let memoryBefore = ProcessTable.availableKilobytes()
        let begin = monotonicNanoseconds()
        await bed.runner.setProvisionedConcurrency(Self.count, version: version)
        while await bed.runner.status(of: version)?.idleInstances ?? 0 < Self.count {
            try await Task.sleep(for: .milliseconds(5))
            guard monotonicNanoseconds() - begin < 120_000_000_000 else {
                throw Bed.NotReady(description: "\(Self.count) instances were not ready within two minutes.")
            }
        }
        let started = Double(monotonicNanoseconds() - begin) / 1e6
        // All in one turn of the loop, before the first answer: so each goes to an instance of its own.
        let called = monotonicNanoseconds()
        let busy = try await AllAtOnce.run("hello-c", count: Self.count, version: version, on: bed)
        let answered = Double(monotonicNanoseconds() - called) / 1e6
        guard busy == Self.count else {
            throw Bed.NotReady(description: "\(busy) instances had a call at once, not \(Self.count).")
        }
        // Below this process a guardian, below that the zygote, below that the instances.
        let zygotes = ProcessTable.children(of: getpid()).flatMap { ProcessTable.children(of: $0) }
        let instances = zygotes.flatMap { ProcessTable.children(of: $0) }
        let memory = Samples(instances.compactMap { ProcessTable.privateKilobytes(of: $0) })
        let perInstance = (memoryBefore - ProcessTable.availableKilobytes()) / Double(Self.count)
        try await bed.stop()
        return [
            Finding(
                key: "instance_memory", title: "private memory of an idle C instance, mean", unit: "KB",
                figure: memory.mean, goal: Finding.Goal(subject: .figure, direction: .atMost, value: 150),
                details: [
                    "p50_kb": memory.median, "max_kb": memory.highest, "instances": Double(memory.sorted.count),
                    "machine_kb_per_instance": perInstance,
                ]),
            Finding(
                key: "thousand_instances", title: "warm instances at once, started and called", unit: "instances",
                figure: Double(memory.sorted.count),
                goal: Finding.Goal(subject: .figure, direction: .atLeast, value: Double(Self.count)),
                details: [
                    "started_in_ms": started, "us_per_start": started * 1_000 / Double(Self.count),
                    "all_answered_in_ms": answered, "private_mb_in_all": memory.mean * Double(Self.count) / 1_024,
                    "machine_mb_in_all": perInstance * Double(Self.count) / 1_024,
                ]),
        ]
    }
}

/// Many calls in one turn of the loop.
private final class AllAtOnce: Responder {
    private let promise: EventLoopPromise<Void>
    private var left: Int

    private init(count: Int, promise: EventLoopPromise<Void>) {
        self.left = count
        self.promise = promise
    }

    /// Invokes `function` `count` times at once and waits for all answers.
    ///
    /// Returns how many instances were busy when all calls were in.
    static func run(_ function: String, count: Int, version: FunctionVersion, on bed: Bed) async throws -> Int {
        let loop = bed.loop
        let (busy, answered) = try await loop.submit {
            let promise = loop.makePromise(of: Void.self)
            let calls = AllAtOnce(count: count, promise: promise)
            for _ in 0..<count {
                let event = Event(
                    requestID: RequestID(), function: function, trigger: .invoke, payload: ByteBuffer(string: "{}"))
                bed.router.value.invoke(event, responder: calls)
            }
            return (bed.engine.value.status(of: version)?.busyInstances ?? 0, promise.futureResult)
        }.get()
        try await answered.get()
        return busy
    }

    func begin(metadata: [MetadataPair], stream: any ReplyStream) {}

    func write(_ chunk: ByteBuffer) -> Bool { true }

    func complete(_ outcome: Outcome) {
        guard case .reply = outcome.result else {
            self.promise.fail(Calls.Failed(description: "One of many calls gave \(outcome.result)."))
            return
        }
        self.left -= 1
        if self.left == 0 { self.promise.succeed(()) }
    }
}

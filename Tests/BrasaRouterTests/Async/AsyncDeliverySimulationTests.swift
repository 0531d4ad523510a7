import BrasaModel
import Testing

@testable import BrasaRouter

/// A generator with a seed, so that a failure can be repeated.
private struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// Plays random histories and checks what has to hold in each of them.
@Suite struct AsyncDeliverySimulationTests {
    private static let functions = (0..<12).map { "f\($0)" }
    private static let error = AsyncDeliveryError(errorType: "E", message: "m")

    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func endsEachEventExactlyOnceWithinEveryLimit(_ seed: UInt64) {
        var dice = Dice(state: seed)
        var configuration = AsyncDeliveryConfiguration()
        configuration.maximumInFlightPerFunction = Int.random(in: 1...5, using: &dice)
        configuration.maximumInFlight = Int.random(in: 1...16, using: &dice)
        configuration.maximumInFlightBytes = Int.random(in: 1...200, using: &dice)
        var machine = AsyncDeliveryStateMachine(configuration: configuration)
        var policies: [String: AsyncPolicy] = [:]
        for function in Self.functions { policies[function] = AsyncPolicy(maximumAgeMilliseconds: 400_000) }

        var now: Int64 = 0
        var functionOf: [Int64: String] = [:]
        var attempts: [Int64: Int] = [:]
        var failures: [Int64: Int] = [:]
        var delivering: Set<Int64> = []
        var settling: [Int64: AsyncDeliveryStateMachine.Action] = [:]
        var ended: Set<Int64> = []
        var nextID: Int64 = 0
        let events = Int64(200)

        func take(_ actions: [AsyncDeliveryStateMachine.Action]) {
            for action in actions {
                switch action {
                case .deliver(let id, let attempt):
                    #expect(!ended.contains(id) && settling[id] == nil)
                    #expect(delivering.insert(id).inserted)
                    #expect(attempt == failures[id, default: 0] + 1)
                    attempts[id, default: 0] += 1
                case .delete(let id), .reschedule(let id, _, _, _), .bury(let id, _, _):
                    #expect(!delivering.contains(id) && !ended.contains(id))
                    settling[id] = action
                }
            }
            var busy: [String: Int] = [:]
            for id in delivering.union(settling.keys) { busy[functionOf[id] ?? "", default: 0] += 1 }
            #expect((busy.values.max() ?? 0) <= configuration.maximumInFlightPerFunction)
            // One for each function is let through above the limit.
            #expect(delivering.count <= configuration.maximumInFlight + busy.count)
            #expect(machine.runningCount == delivering.count + settling.count)
        }

        var steps = 0
        while Int64(ended.count) < events {
            steps += 1
            guard steps < 100_000 else {
                Issue.record("no end in sight: \(ended.count) of \(events) have ended")
                return
            }
            switch Int.random(in: 0..<10, using: &dice) {
            case 0 where nextID < events:
                nextID += 1
                let function = Self.functions.randomElement(using: &dice) ?? ""
                functionOf[nextID] = function
                take(
                    machine.stored(
                        [
                            AsyncEventSummary(
                                id: nextID, function: function, payloadBytes: Int.random(in: 0...60, using: &dice),
                                storedAtMilliseconds: now, nextAttemptMilliseconds: now)
                        ], now: now, policies: { policies[$0.function] }))
            case 1...4:
                guard let id = delivering.sorted().randomElement(using: &dice) else { continue }
                delivering.remove(id)
                let verdict: AsyncVerdict
                switch Int.random(in: 0..<10, using: &dice) {
                case 0...4: verdict = .handled
                case 5...6:
                    verdict = .failed(Self.error)
                    failures[id, default: 0] += 1
                case 7: verdict = .hopeless(.eventTooLarge, Self.error)
                default: verdict = .refused(.throttled(.callerRateLimitExceeded))
                }
                take(machine.ended(id, verdict, now: now, policies: { policies[$0.function] }))
            case 5...7:
                guard let id = settling.keys.sorted().randomElement(using: &dice), let action = settling[id]
                else { continue }
                settling[id] = nil
                if case .reschedule = action {} else { ended.insert(id) }
                take(machine.settled(id, now: now, policies: { policies[$0.function] }))
            case 8:
                let function = Self.functions.randomElement(using: &dice) ?? ""
                let isOff = Int.random(in: 0..<20, using: &dice) == 0
                policies[function] =
                    isOff ? nil : AsyncPolicy(maximumAgeMilliseconds: Int64.random(in: 1...400_000, using: &dice))
            default:
                // Only to when it asked to be woken: it must not depend on being woken at other times.
                guard let wake = machine.nextWake, delivering.isEmpty || Bool.random(using: &dice) else { continue }
                now = max(now, wake)
                take(machine.advance(now: now, policies: { policies[$0.function] }))
            }
        }
        #expect(machine.runningCount == 0)
        #expect(machine.waitingCount == 0)
    }
}

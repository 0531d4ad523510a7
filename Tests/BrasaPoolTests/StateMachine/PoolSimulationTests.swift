import BlockingTests
import BrasaPool
import Testing

@Suite("The pool under everything that can go wrong", .blocking, .serialized)
struct PoolSimulationTests {
    @Test(
        "loses nothing, answers nothing twice, and hands out living instances only", .timeLimit(.minutes(5)),
        arguments: UInt64(1)...24)
    func keepsItsInvariants(seed: UInt64) {
        let simulation = PoolSimulation(seed: seed)
        simulation.run(steps: 8_000)
        #expect(simulation.breaches.isEmpty)
        simulation.finish()
        #expect(simulation.breaches.isEmpty)
        // A run that exercised nothing would prove nothing.
        #expect(simulation.answers > 1_000 && simulation.failures > 10 && simulation.reroutes > 0)
        #expect(simulation.linedUp > 50 && simulation.retracted > 5)
        #expect(simulation.admittedLater > 20 || simulation.queue.waitNanoseconds == 0)
        #expect(simulation.throttles > 0 && simulation.versionCount > 10)
    }
}

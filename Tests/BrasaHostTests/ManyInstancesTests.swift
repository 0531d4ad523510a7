import BlockingTests
import BrasaTesting
import Testing

/// Many living instances of one function.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct ManyInstancesTests {
    /// What the kernel needs for instances (page tables, stacks) is counted against the zygote that forks them.
    @Test func keepsMoreInstancesThanTheKernelsNeedsForThemFitTheFunctionsMemory() throws {
        let many = TestFunction(fixture: "echo", settings: "memorySize: 16\nprovisionedConcurrency: 250")
        try withHost(many) { host in
            try waitUntil("250 idle instances") {
                try host.status(of: "echo").instances["idle"] == 250
            }
            #expect(host.instances(of: "echo").count == 250)
        }
    }
}

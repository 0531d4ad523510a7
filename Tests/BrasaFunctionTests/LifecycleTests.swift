import BrasaFunction
import CBrasa
import Synchronization
import Testing

private struct BadConfig: Error, CustomStringConvertible {
    var description: String { "The config is bad." }
}

@Suite struct LifecycleTests {
    private struct Counter {
        var steps: [String]
        var invocations = 0
    }

    @Test func carriesStateThroughTheStepsInOrder() throws {
        let module = try LoadedModule(
            Module(
                "m",
                state: { Counter(steps: ["init \(String(decoding: $0.config, as: UTF8.self))"]) },
                freeze: { $0.steps.append("freeze") },
                thaw: { $0.steps.append("thaw \($1.reason) \($1.entropy.count) \($1.entropy[31])") },
                Function("f") { (context: Context, counter: inout Counter) in
                    counter.invocations += 1
                    return .json("\(counter.invocations) \(counter.steps.joined(separator: ", "))")
                }),
            config: #"{"a":1}"#)

        _ = module.invoke()
        let second = module.invoke()

        #expect(second.acts == [.reply(#"2 init {"a":1}, freeze, thaw forked 32 31"#, metadata: [])])
    }

    @Test func saysWhyInitFailed() throws {
        let failure = #expect(throws: LoadedModule.InitFailure.self) {
            try LoadedModule(
                Module(
                    "m", state: { _ -> Int in throw BadConfig() },
                    Function("f") { (_: Context, _: inout Int) in .text("") }))
        }

        #expect(failure?.why == "BadConfig: The config is bad.")
        #expect(failure?.status == Int32(BRASA_FUNCTION_ERROR))
    }

    @Test func logsWhyThawFailed() throws {
        let failure = #expect(throws: LoadedModule.InitFailure.self) {
            try LoadedModule(
                Module(
                    "m", state: { _ in 0 }, thaw: { _, _ in throw FunctionError("NoDatabase", "It is away.") },
                    Function("f") { (_: Context, _: inout Int) in .text("") }))
        }

        #expect(failure?.status == Int32(BRASA_FUNCTION_ERROR))
        #expect(FakeHost.logOutside.withLock { $0 }.contains("thaw failed: NoDatabase: It is away."))
    }

    @Test func runsShutdownWithTheState() throws {
        nonisolated(unsafe) var last = 0
        let module = try LoadedModule(
            Module(
                "m", state: { _ in 41 }, shutdown: { last = $0 },
                Function("f") { (_: Context, number: inout Int) in
                    number += 1
                    return .text("")
                }))

        _ = module.invoke()
        module.shutdown()

        #expect(last == 42)
    }
}

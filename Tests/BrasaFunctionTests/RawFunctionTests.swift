import BrasaFunction
import CBrasa
import Testing

@Suite struct RawFunctionTests {
    @Test func describesItselfAsTheContractWants() throws {
        var module = Module(
            "kitchen", Function("boil", raw: { _ in .text("") }),
            Function("fry", raw: { _ in .text("") })
                .describing("Fries", memoryMegabytes: 256, timeoutMilliseconds: 900))
        module.version = "1.2.3"
        module.startsThreads = true

        let exported = try LoadedModule(module).exported

        #expect(exported.struct_size == UInt32(MemoryLayout<brasa_module>.size))
        #expect(exported.abi_major == UInt16(BRASA_ABI_MAJOR))
        #expect(exported.flags == UInt32(BRASA_MODULE_NO_FORK))
        #expect(String(cString: exported.name) == "kitchen")
        #expect(String(cString: exported.version) == "1.2.3")
        #expect(exported.function_count == 2)
        let fry = try #require(exported.functions[1]).pointee
        #expect(String(cString: fry.name) == "fry")
        #expect(String(cString: fry.description) == "Fries")
        #expect(fry.memory_mb == 256)
        #expect(fry.timeout_ms == 900)
        #expect(exported.functions[0]?.pointee.description == nil)
    }

    @Test func repliesWithTheBytesItGot() throws {
        let module = try LoadedModule(Module("m", Function("echo", raw: { .bytes($0.event) })))

        let answer = module.invoke(0, "a\0b\u{1F525}")

        #expect(answer.status == 0)
        #expect(answer.acts == [.reply("a\0b\u{1F525}", metadata: [])])
    }

    @Test func putsStatusAndHeadersBesideTheBody() throws {
        let module = try LoadedModule(
            Module(
                "m",
                Function(
                    "teapot",
                    raw: { _ in
                        .http(status: 418, contentType: "text/tea", headers: [("x-leaf", "")], body: Array("hot".utf8))
                    })))

        let answer = module.invoke()

        #expect(answer.acts == [.reply("hot", metadata: ["status: 418", "content-type: text/tea", "x-leaf: "])])
    }

    @Test func answersWithTheFunctionThatWasAskedFor() throws {
        let module = try LoadedModule(
            Module(
                "m", Function("zero", raw: { _ in .text("0") }), Function("one", raw: { _ in .text("1") }),
                Function("two", raw: { _ in .text("2") })))

        let bodies = [2, 0, 1].flatMap { module.invoke($0).acts }.map { act in
            if case .reply(let body, _) = act { body } else { "" }
        }

        #expect(bodies == ["2", "0", "1"])
    }

    @Test func knowsAboutTheInvocation() throws {
        let module = try LoadedModule(
            Module(
                "m",
                Function(
                    "facts",
                    raw: { context in
                        let left = String(describing: context.memoryLeftBytes)
                        return .json(
                            """
                            \(context.requestID) \(context.functionName) \(context.functionVersion) \(context.traceID) \
                            \(context.trigger.rawValue) \(context.contentType) \(context.attempt) \(context.timeLeft) \
                            \(context.deadlineNanoseconds) \(context.memoryLimitBytes) \(left) \(context.isCancelled) \
                            \(context.metadata("path") ?? "-") \(context.metadata("pat") ?? "-") \(context.metadata.count)
                            """)
                    })))

        let answer = module.invoke(
            0, "", trigger: "http", metadata: [("method", "GET"), ("path", "/a")], attempt: 3,
            arrange: { $0.cancelled = true })

        #expect(
            answer.acts == [
                .reply(
                    """
                    request-1 known-as 7 Root=1-2-3 http application/json 3 2.5 seconds 42 134217728 nil true /a - 2
                    """, metadata: [])
            ])
    }

    @Test func logsWithLevelAndFields() throws {
        let module = try LoadedModule(
            Module(
                "m",
                Function("log") { (_: inout Void, context) in
                    context.log("plain")
                    context.log.error("bad", ["b": "2", "a": "1"])
                }))

        let answer = module.invoke()

        #expect(
            answer.acts == [
                .log(Int32(BRASA_LOG_INFO), "plain", fields: []),
                .log(Int32(BRASA_LOG_ERROR), "bad", fields: ["a: 1", "b: 2"]),
            ])
        #expect(answer.status == 0)
    }
}

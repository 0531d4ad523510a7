import BrasaFunction
import CBrasa
import Testing

private struct OutOfCoal: Error, CustomStringConvertible {
    var description: String { "There is no coal." }
}

@Suite struct FailureTests {
    @Test func namesAThrownErrorAfterItsType() throws {
        let module = try LoadedModule(Module("m", Function("f", raw: { _ in throw OutOfCoal() })))

        let answer = module.invoke()

        #expect(answer.status == Int32(BRASA_FUNCTION_ERROR))
        #expect(
            answer.acts == [.fail(Int32(BRASA_FUNCTION_ERROR), type: "OutOfCoal", message: "There is no coal.")])
    }

    @Test func keepsTheTypeAnAuthorChose() throws {
        let module = try LoadedModule(
            Module("m", Function("f", raw: { _ in throw FunctionError("Busy", "Later.", asksForRetry: true) })))

        let answer = module.invoke()

        #expect(answer.status == Int32(BRASA_RETRY))
        #expect(answer.acts == [.fail(Int32(BRASA_RETRY), type: "Busy", message: "Later.")])
    }

    @Test func worksAgainAfterAnError() throws {
        let module = try LoadedModule(
            Module(
                "m",
                Function(
                    "f",
                    raw: { context in
                        if context.event.isEmpty { throw OutOfCoal() }
                        return .text("ok")
                    })))

        #expect(module.invoke(0, "").status == Int32(BRASA_FUNCTION_ERROR))
        #expect(module.invoke(0, "x").status == 0)
    }

    @Test func keepsTheFirstOfTwoReplies() throws {
        let module = try LoadedModule(
            Module(
                "m",
                Function("f") { (_: inout Void, context) in
                    try context.reply(.json("1"))
                    try context.reply(.json("2"))
                }))

        let answer = module.invoke()

        #expect(answer.status == Int32(BRASA_INVALID))
        #expect(answer.acts.first == .reply("1", metadata: []))
        // The error comes too late for the caller, so it goes to the log.
        #expect(
            answer.acts.last
                == .log(
                    Int32(BRASA_LOG_ERROR),
                    "ReplyError: The reply of 1 bytes could not be sent: the invocation was already answered.",
                    fields: []))
        #expect(answer.acts.count == 2)
    }

    @Test func failsWhenTheReplyIsOverTheLimit() throws {
        let module = try LoadedModule(Module("m", Function("f", raw: { _ in .json("12345") })))

        let answer = module.invoke(arrange: { $0.replyLimit = 4 })

        #expect(answer.status == Int32(BRASA_LIMIT))
        #expect(
            answer.acts == [
                .fail(
                    Int32(BRASA_LIMIT), type: "ReplyError",
                    message: "The reply of 5 bytes could not be sent: it is over the size limit.")
            ])
    }

    @Test func stopsAtAUseOfTheContextAfterTheFunctionReturned() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            nonisolated(unsafe) var kept: Context?
            let module = try LoadedModule(
                Module(
                    "m",
                    Function(
                        "f",
                        raw: { context in
                            kept = context
                            return .text("")
                        })))
            _ = module.invoke()
            _ = kept?.event
        }

        let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(said.contains("A Brasa context was used after its function had returned."))
    }
}

import BrasaFunction
import CBrasa
import Testing

private struct Broken: Error, CustomStringConvertible {
    var description: String { "It broke." }
}

@Suite struct StreamTests {
    @Test func sendsChunksInOrder() throws {
        let module = try LoadedModule(
            Module(
                "m",
                Function(
                    "f",
                    streaming: { context in
                        let stream = try context.stream(metadata: [("status", "201")])
                        try stream.write("one")
                        try stream.write([0x32])
                        try stream.end()
                    })))

        let answer = module.invoke()

        #expect(answer.status == 0)
        #expect(answer.acts == [.begin(metadata: ["status: 201"]), .write("one"), .write("2"), .end])
    }

    @Test func endsAStreamThatTheFunctionLeftOpen() throws {
        let module = try LoadedModule(
            Module("m", Function("f", streaming: { try $0.stream().write("x") })))

        #expect(module.invoke().acts == [.begin(metadata: []), .write("x"), .end])
    }

    @Test func breaksOffAStreamByAnErrorAfterTheFirstByte() throws {
        let module = try LoadedModule(
            Module(
                "m",
                Function(
                    "f",
                    streaming: { context in
                        try context.stream().write("x")
                        throw Broken()
                    })))

        let answer = module.invoke()

        #expect(answer.status == Int32(BRASA_FUNCTION_ERROR))
        #expect(
            answer.acts == [
                .begin(metadata: []), .write("x"),
                .fail(Int32(BRASA_FUNCTION_ERROR), type: "Broken", message: "It broke."),
            ])
    }

    @Test func leavesACompleteStreamAloneWhenTheFunctionFailsAfterIt() throws {
        let module = try LoadedModule(
            Module(
                "m",
                Function(
                    "f",
                    streaming: { context in
                        try context.stream().end()
                        throw Broken()
                    })))

        let answer = module.invoke()

        #expect(
            answer.acts == [
                .begin(metadata: []), .end, .log(Int32(BRASA_LOG_ERROR), "Broken: It broke.", fields: []),
            ])
    }

    @Test func tellsTheFunctionThatTheClientHasLeft() throws {
        let module = try LoadedModule(
            Module(
                "m",
                Function(
                    "f",
                    streaming: { context in
                        let stream = try context.stream()
                        do {
                            try stream.write("x")
                        } catch let error as ReplyError where error.code == .closed {
                            context.log("gone")
                        }
                    })))

        let answer = module.invoke(arrange: { $0.clientLeft = true })

        #expect(
            answer.acts == [.begin(metadata: []), .log(Int32(BRASA_LOG_INFO), "gone", fields: []), .end])
    }

    @Test func refusesAReplyAfterAStreamWasBegun() throws {
        let module = try LoadedModule(
            Module(
                "m",
                Function(
                    "f",
                    raw: { context in
                        _ = try context.stream()
                        return .text("late")
                    })))

        #expect(module.invoke().status == Int32(BRASA_INVALID))
    }
}

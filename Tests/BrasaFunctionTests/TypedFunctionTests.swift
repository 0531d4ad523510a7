import BrasaFunctionJSON
import CBrasa
import Testing

private struct Order: Codable {
    var item: String
    var count: Int?
    var tags: [String]?
}

private struct Receipt: Encodable {
    var total: Int
    var item: String
}

@Suite struct TypedFunctionTests {
    private func shop() throws -> LoadedModule {
        try LoadedModule(
            Module(
                "shop",
                Function("buy") { (order: Order, _) in Receipt(total: (order.count ?? 1) * 3, item: order.item) }))
    }

    @Test(arguments: [
        (#"{"item":"oak"}"#, #"{"item":"oak","total":3}"#),
        (#" {"count":2,"item":"a/\u00e9\"","more":[{}]} "#, #"{"item":"a/é\"","total":6}"#),
        (#"{"item":"x","count":null}"#, #"{"item":"x","total":3}"#),
    ])
    func answersJSONWithJSON(event: String, expected: String) throws {
        #expect(try self.shop().invoke(0, event).acts == [.reply(expected, metadata: [])])
    }

    @Test(arguments: [
        (#"{"count":2}"#, "The event lacks \"item\"."),
        (#"{"item":5}"#, "The event's \"item\" does not fit: Expected to decode String but found number instead."),
        (
            #"{"item":"x","tags":["a",2]}"#,
            "The event's \"tags.[1]\" does not fit: Expected to decode String but found number instead."
        ),
        (#"{"item":"#, "The event is not valid: The given data was not valid JSON."),
        ("", "The event lacks \"item\"."),
    ])
    func saysWhatDoesNotFit(event: String, message: String) throws {
        let answer = try self.shop().invoke(0, event)

        #expect(answer.acts == [.fail(Int32(BRASA_FUNCTION_ERROR), type: "InvalidEvent", message: message)])
    }

    @Test func answersNothingForAFunctionThatReturnsNothing() throws {
        let module = try LoadedModule(
            Module("m", Function("f") { (order: Order, context) in context.log(order.item) }))

        let answer = module.invoke(0, #"{"item":"x"}"#)

        #expect(answer.status == 0)
        #expect(answer.acts == [.log(Int32(BRASA_LOG_INFO), "x", fields: [])])
    }

    @Test func sendsARawReplyToATypedEvent() throws {
        let module = try LoadedModule(
            Module("m", Function("f") { (order: Order, _) in Reply.text(order.item, status: 201) }))

        let answer = module.invoke(0, #"{"item":"x"}"#)

        #expect(
            answer.acts == [
                .reply("x", metadata: ["status: 201", "content-type: text/plain; charset=utf-8"])
            ])
    }

    @Test func sharesStateAmongTypedFunctions() throws {
        let module = try LoadedModule(
            Module(
                "m", state: { _ in [String]() },
                Function("put") { (order: Order, _, items: inout [String]) in items.append(order.item) },
                Function("list") { (_: [String: String], _, items: inout [String]) in items }))

        _ = module.invoke(0, #"{"item":"x"}"#)
        _ = module.invoke(0, #"{"item":"y"}"#)

        #expect(module.invoke(1, "").acts == [.reply(#"["x","y"]"#, metadata: [])])
    }
}

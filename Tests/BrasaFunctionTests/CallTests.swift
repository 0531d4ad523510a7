import BrasaFunction
import Testing

@Suite struct CallTests {
    @Test func asksAService() throws {
        let module = try LoadedModule(
            Module(
                "m",
                Function(
                    "f",
                    raw: { context in
                        let answer = try context.call(
                            "dynamodb", "Query", parameters: Array("{}".utf8), content: Array("file".utf8))
                        return .bytes(answer.result + answer.content)
                    })))

        #expect(
            module.invoke().acts == [
                .call("dynamodb", "Query", "{}"), .reply(#"{"Items":[]}file"#, metadata: []),
            ])
    }

    @Test func throwsWhatAServiceRefuses() throws {
        let module = try LoadedModule(
            Module(
                "m",
                Function(
                    "f",
                    raw: { context in
                        do {
                            _ = try context.call("dynamodb", "PutItem", parameters: Array("refuse".utf8))
                        } catch let error as ServiceError where error.isConflict {
                            return .text("\(error) \(String(decoding: error.details, as: UTF8.self))")
                        }
                        return .text("stored")
                    })))

        #expect(
            module.invoke().acts.last
                == .reply(
                    #"ConditionalCheckFailedException: The conditional request failed {"Item":{}}"#,
                    metadata: ["status: 200", "content-type: text/plain; charset=utf-8"]))
    }

    @Test func failsWithTheServicesErrorWhenNobodyCatchesIt() throws {
        let module = try LoadedModule(
            Module("m", Function("f", raw: { .bytes(try $0.call("s", "o", parameters: Array("refuse".utf8)).result) })))

        let answer = module.invoke()

        #expect(
            answer.acts.last
                == .fail(
                    answer.status, type: "ConditionalCheckFailedException", message: "The conditional request failed"))
    }
}

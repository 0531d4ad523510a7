import BrasaFunction
import BrasaFunctionJSON
import Testing

/// What the typed client asks of the service; what the service does with it is tested against the host.
@Suite struct TableTests {
    private struct User: Codable, Equatable {
        var id: String
        var version: Int
    }

    /// The operation and the parameters of the calls that `body` makes.
    private func calls(_ body: @escaping (Context) throws -> Void) throws -> [FakeHost.Act] {
        let module = try LoadedModule(Module("m", Function("f", answering: { _, context in try body(context) })))
        return module.invoke().acts
    }

    @Test func asksForWhatTheExpressionsSay() throws {
        let version = 3
        let acts = try self.calls { context in
            let users = context.table("users")
            try users.put(User(id: "a", version: 1), if: "attribute_not_exists(id) OR \(name: "version") < \(version)")
            try users.update(["id": "a"], "SET \(name: "name") = \("x"), n = n + \(1)", if: "n = \(version)")
            try users.delete(["id": "\(version)"])
        }

        #expect(
            acts == [
                .call(
                    "dynamodb", "PutItem",
                    ##"{"ConditionExpression":"attribute_not_exists(id) OR #n0 < :v0","##
                        + ##""ExpressionAttributeNames":{"#n0":"version"},"ExpressionAttributeValues":{":v0":{"N":"3"}},"##
                        + ##""Item":{"id":{"S":"a"},"version":{"N":"1"}},"TableName":"users"}"##),
                .call(
                    "dynamodb", "UpdateItem",
                    ##"{"ConditionExpression":"n = :v0","ExpressionAttributeNames":{"#n0":"name"},"##
                        + ##""ExpressionAttributeValues":{":v0":{"N":"3"},":v1":{"S":"x"},":v2":{"N":"1"}},"##
                        + ##""Key":{"id":{"S":"a"}},"TableName":"users","UpdateExpression":"SET #n0 = :v1, n = n + :v2"}"##
                ),
                .call("dynamodb", "DeleteItem", #"{"Key":{"id":{"S":"3"}},"TableName":"users"}"#),
            ])
    }

    @Test func putsActionsIntoOneTransaction() throws {
        let acts = try self.calls { context in
            try context.transact(token: "t") { transaction in
                try transaction.put(User(id: "a", version: 1), in: "users", if: "attribute_not_exists(id)")
                try transaction.check(["id": "b"], in: "mails", "attribute_exists(id)")
            }
        }

        #expect(
            acts == [
                .call(
                    "dynamodb", "TransactWriteItems",
                    #"{"ClientRequestToken":"t","TransactItems":[{"Put":{"ConditionExpression":"attribute_not_exists(id)","#
                        + #""Item":{"id":{"S":"a"},"version":{"N":"1"}},"TableName":"users"}},{"ConditionCheck":"#
                        + #"{"ConditionExpression":"attribute_exists(id)","Key":{"id":{"S":"b"}},"TableName":"mails"}}]}"#
                )
            ])
    }

    @Test func readsPagesUntilThereIsNoKeyToGoOn() throws {
        let module = try LoadedModule(
            Module(
                "m",
                Function(
                    "f",
                    raw: { context in
                        // The fake host answers each query with no items.
                        let items = try context.table("users").query("id = \("a")", as: User.self).all()
                        return .text("\(items.count)")
                    })))

        #expect(
            module.invoke().acts.last
                == .reply("0", metadata: ["status: 200", "content-type: text/plain; charset=utf-8"]))
    }
}

import BrasaFunctionJSON
import CBrasa
import Foundation
import Testing
import UserService

/// What the store asks of tables, and what it makes of their refusals.
@Suite(.serialized) struct UserTablesTests {
    private static let user = User(
        id: "u1", draft: UserDraft(email: EmailAddress("Ada@b.c")!, name: "Ada"), at: Date(timeIntervalSince1970: 5))

    private static func changed(_ email: String) -> User {
        self.user.changed(
            to: UserDraft(email: EmailAddress(email)!, name: "Ada King"), at: Date(timeIntervalSince1970: 6))
    }

    private static func refusal(_ type: String, _ result: String = "{}") -> ServiceHost.Answer {
        ServiceHost.Answer(status: Int32(BRASA_CONFLICT), errorType: type, result: result)
    }

    private func run<Value>(
        _ answer: ServiceHost.Answer = .init(), _ body: @escaping (UserTables) throws -> Value
    ) throws -> (requests: [ServiceHost.Request], value: Result<Value, any Error>) {
        try ServiceHost.run([answer]) { try body(UserTables($0, TableNames(environment: ["TABLE_NAME": "people"]))) }
    }

    @Test func createsUserAndClaimTogether() throws {
        let (requests, value) = try self.run { try $0.create(Self.user) }

        #expect(try value.get() == .done)
        #expect(
            requests == [
                .init(
                    operation: "TransactWriteItems",
                    parameters: #"{"TransactItems":[{"Put":{"ConditionExpression":"attribute_not_exists(id)","Item":"#
                        + #"{"createdAt":{"N":"5"},"email":{"S":"Ada@b.c"},"id":{"S":"u1"},"name":{"S":"Ada"},"#
                        + #""status":{"S":"active"},"updatedAt":{"N":"5"},"version":{"N":"1"}},"TableName":"people"}},"#
                        + #"{"Put":{"ConditionExpression":"attribute_not_exists(email)","Item":{"email":{"S":"ada@b.c"},"#
                        + #""user":{"S":"u1"}},"TableName":"user-emails"}}]}"#)
            ])
    }

    @Test(arguments: [("ADA@b.c", "PutItem"), ("new@b.c", "TransactWriteItems")])
    func takesATransactionOnlyForAnotherAddress(email: String, operation: String) throws {
        let (requests, value) = try self.run { try $0.replace(Self.user, with: Self.changed(email)) }

        #expect(try value.get() == .done)
        #expect(requests.map(\.operation) == [operation])
        #expect(requests[0].parameters.contains(#""ConditionExpression":"version = :v0""#))
        #expect(requests[0].parameters.contains(#""ExpressionAttributeValues":{":v0":{"N":"1"}}"#))
        if operation == "TransactWriteItems" {
            #expect(
                requests[0].parameters.hasSuffix(
                    #"{"Delete":{"Key":{"email":{"S":"ada@b.c"}},"TableName":"user-emails"}}]}"#))
        }
    }

    @Test(arguments: [
        (Self.refusal("ConditionalCheckFailedException"), WriteOutcome.changedMeanwhile),
        (Self.refusal("TransactionConflictException"), .contended),
        (Self.cancelled(#"[{"Code":"ConditionalCheckFailed"},{"Code":"None"}]"#), .changedMeanwhile),
        (Self.cancelled(#"[{"Code":"ConditionalCheckFailed"},{"Code":"ConditionalCheckFailed"}]"#), .changedMeanwhile),
        (Self.cancelled(#"[{"Code":"None"},{"Code":"ConditionalCheckFailed"},{"Code":"None"}]"#), .emailTaken),
        (Self.cancelled(#"[{"Code":"None"},{"Code":"TransactionConflict"}]"#), .contended),
        (Self.cancelled(#"[{"Code":"TransactionConflict"},{"Code":"None"}]"#), .contended),
    ])
    func tellsRefusalsApart(answer: ServiceHost.Answer, outcome: WriteOutcome) throws {
        #expect(try self.run(answer) { try $0.create(Self.user) }.value.get() == outcome)
        #expect(
            try self.run(answer) { try $0.replace(Self.user, with: Self.changed("new@b.c")) }.value.get() == outcome)
    }

    @Test(arguments: [
        Self.refusal("ProvisionedThroughputExceededException"), Self.refusal("TransactionCanceledException"),
        Self.cancelled(#"[{"Code":"ValidationError"},{"Code":"None"}]"#),
    ])
    func failsByWhatNobodyCanDecide(answer: ServiceHost.Answer) throws {
        #expect(throws: ServiceError.self) { try self.run(answer) { try $0.delete(Self.user) }.value.get() }
    }

    @Test func readsWhatItWrote() throws {
        let item =
            #"{"Item":{"createdAt":{"N":"5"},"email":{"S":"Ada@b.c"},"id":{"S":"u1"},"name":{"S":"Ada"},"#
            + #""status":{"S":"active"},"updatedAt":{"N":"5"},"version":{"N":"1"}}}"#

        #expect(try self.run(.init(result: item)) { try $0.user("u1") }.value.get() == Self.user)
        #expect(try self.run { try $0.user("u2") }.value.get() == nil)
    }

    @Test func joinsPagesByTheKeyOfTheTable() throws {
        let answer = ServiceHost.Answer(result: #"{"Items":[],"LastEvaluatedKey":{"id":{"S":"u7"}}}"#)

        let (requests, value) = try self.run(answer) { try $0.page(limit: 3, after: "u4") }

        #expect(
            requests == [
                .init(
                    operation: "Scan",
                    parameters: #"{"ExclusiveStartKey":{"id":{"S":"u4"}},"Limit":3,"TableName":"people"}"#)
            ])
        #expect(try value.get().last == "u7")
        #expect(try self.run { try $0.page(limit: 3, after: nil) }.value.get().last == nil)
    }

    private static func cancelled(_ reasons: String) -> ServiceHost.Answer {
        Self.refusal("TransactionCanceledException", #"{"CancellationReasons":\#(reasons)}"#)
    }
}

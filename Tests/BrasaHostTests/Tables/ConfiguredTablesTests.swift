import BlockingTests
import BrasaTesting
import Foundation
import Testing

/// Tables that `serverless.yml` describes.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct ConfiguredTablesTests {
    private static func setup(_ tables: String...) -> HostSetup {
        HostSetup(
            serviceSettings: (["resources:", "  Resources:"] + tables).joined(separator: "\n"), hasNeighbour: false)
    }

    private static func table(_ id: String, key: String = "id", more: String = "") -> String {
        """
            \(id):
              Type: AWS::DynamoDB::Table
              Properties:
                TableName: \(id.lowercased())-dev
                BillingMode: PAY_PER_REQUEST
                KeySchema: [{ AttributeName: \(key), KeyType: HASH }]
                AttributeDefinitions: [{ AttributeName: \(key), AttributeType: S }]
                \(more)
        """
    }

    private func describe(_ host: RunningHost, _ name: String) throws -> HTTPReply {
        try host.dynamoDB("DescribeTable", #"{"TableName":"\#(name)"}"#)
    }

    private func put(_ host: RunningHost, _ name: String) throws {
        let reply = try host.dynamoDB("PutItem", #"{"TableName":"\#(name)","Item":{"id":{"S":"a"}}}"#)
        #expect(reply.status == 200)
    }

    private func holdsItem(_ host: RunningHost, _ name: String) throws -> Bool {
        try host.dynamoDB("GetItem", #"{"TableName":"\#(name)","Key":{"id":{"S":"a"}}}"#).text.contains(#""S":"a""#)
    }

    @Test func makesThemAtTheStart() throws {
        let setup = Self.setup(
            Self.table(
                "Users",
                more: "StreamSpecification: { StreamViewType: NEW_AND_OLD_IMAGES }\n"
                    + "        TimeToLiveSpecification: { AttributeName: expires, Enabled: true }"),
            Self.table("Orders"))

        try withHost(setup) { host in
            let users = try self.describe(host, "users-dev")
            #expect(users.status == 200)
            #expect(users.text.contains(#""TableStatus":"ACTIVE""#))
            #expect(users.text.contains(#""StreamViewType":"NEW_AND_OLD_IMAGES""#))
            let expiry = try host.dynamoDB("DescribeTimeToLive", #"{"TableName":"users-dev"}"#)
            #expect(expiry.text.contains(#""AttributeName":"expires""#))
            #expect(expiry.text.contains("ENABLED"))
            #expect(try self.describe(host, "orders-dev").status == 200)
        }
    }

    @Test func keepsThemWithTheirItemsOverARestart() throws {
        try withHost(Self.setup(Self.table("Users"))) { host in
            try self.put(host, "users-dev")

            try host.stop()
            try host.start()

            #expect(try self.holdsItem(host, "users-dev"))
            #expect(!host.folder.log.contains("differs"))
        }
    }

    @Test func leavesATableThatDiffersAndSaysHow() throws {
        try withHost(Self.setup(Self.table("Users"))) { host in
            try self.put(host, "users-dev")
            try host.stop()
            try host.rewrite("serverless.yml") {
                $0.replacing("AttributeName: id,", with: "AttributeName: email,")
                    .replacing(
                        "BillingMode: PAY_PER_REQUEST",
                        with: "ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 }")
            }

            try host.start()

            #expect(try self.holdsItem(host, "users-dev"))
            #expect(
                host.folder.log.contains(
                    "KeySchema is (id S), and serverless.yml says (email S). BillingMode is PAY_PER_REQUEST, and serverless.yml"
                        + " says PROVISIONED (5, 6)."))
            #expect(
                host.folder.log.contains("table is there already and differs from serverless.yml; it stays as it is"))
            #expect(host.folder.log.contains("table=users-dev"))
        }
    }

    @Test func findsNoDifferenceInATableWithEverything() throws {
        let everything = """
            Everything:
              Type: AWS::DynamoDB::Table
              Properties:
                KeySchema: [{ AttributeName: a, KeyType: HASH }, { AttributeName: b, KeyType: RANGE }]
                AttributeDefinitions:
                  - { AttributeName: c, AttributeType: B }
                  - { AttributeName: b, AttributeType: N }
                  - { AttributeName: a, AttributeType: S }
                ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 2 }
                DeletionProtectionEnabled: true
                StreamSpecification: { StreamViewType: KEYS_ONLY }
                TimeToLiveSpecification: { AttributeName: t, Enabled: true }
                Tags: [{ Key: k, Value: v }]
                LocalSecondaryIndexes:
                  - IndexName: local
                    KeySchema: [{ AttributeName: a, KeyType: HASH }, { AttributeName: c, KeyType: RANGE }]
                    Projection: { ProjectionType: INCLUDE, NonKeyAttributes: [y, x] }
                GlobalSecondaryIndexes:
                  - IndexName: second
                    KeySchema: [{ AttributeName: c, KeyType: HASH }]
                    Projection: { ProjectionType: KEYS_ONLY }
                    ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 2 }
                  - IndexName: first
                    KeySchema: [{ AttributeName: b, KeyType: HASH }]
                    Projection: { ProjectionType: ALL }
                    ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 2 }
            """
        let indented = everything.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")

        try withHost(Self.setup(indented)) { host in
            #expect(try self.describe(host, "Everything").status == 200)

            try host.stop()
            try host.start()

            #expect(!host.folder.log.contains("differs"))
        }
    }

    @Test func makesThoseThatAreAddedToTheFile() throws {
        try withHost(Self.setup(Self.table("Users"))) { host in
            #expect(try self.describe(host, "orders-dev").status == 400)

            try host.rewrite("serverless.yml") { $0 + Self.table("Orders") + "\n" }

            try waitUntil("the table") { try self.describe(host, "orders-dev").status == 200 }
            // A table that is taken out stays.
            try host.rewrite("serverless.yml") { _ in "service: other\n" }
            try waitUntil("the file to be read") { host.folder.log.ranges(of: "configuration reloaded").count == 2 }
            #expect(try self.describe(host, "orders-dev").status == 200)
        }
    }

    @Test func doesNotStartWithATableThatCannotBe() throws {
        #expect {
            try withHost(Self.setup(Self.table("Users").replacing("KeyType: HASH", with: "KeyType: RANGE"))) { _ in }
        } throws: { error in
            "\(error)".contains(
                "resources.Resources.Users.Properties is no table that can be made. ValidationException: ")
        }
    }
}

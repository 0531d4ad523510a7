import Testing

@testable import BrasaTables

@Suite struct TableRequestTests {
    private static func create(_ text: String) -> String? {
        refusal(text) { body throws(TableError) in try CreateTableRequest(body) }
    }
    private static func update(_ text: String) -> String? {
        refusal(text) { body throws(TableError) in try UpdateTableRequest(body) }
    }

    /// A request with parts exchanged for others.
    private static func table(
        attributes: String = #"{"AttributeName":"a","AttributeType":"S"}"#,
        keys: String = #"{"AttributeName":"a","KeyType":"HASH"}"#, rest: String = #","BillingMode":"PAY_PER_REQUEST""#
    ) -> String {
        #"{"TableName":"abc","AttributeDefinitions":[\#(attributes)],"KeySchema":[\#(keys)]\#(rest)}"#
    }

    private static let two = #"{"AttributeName":"a","AttributeType":"S"},{"AttributeName":"b","AttributeType":"N"}"#
    private static let twoKeys = #"{"AttributeName":"a","KeyType":"HASH"},{"AttributeName":"b","KeyType":"RANGE"}"#

    private static func local(_ keys: String, projection: String = #"{"ProjectionType":"ALL"}"#, name: String = "byB")
        -> String
    {
        #","BillingMode":"PAY_PER_REQUEST","LocalSecondaryIndexes":[{"IndexName":"\#(name)","KeySchema":[\#(keys)],"Projection":\#(projection)}]"#
    }

    @Test(arguments: [
        ("{}", "The parameter 'TableName' is required but was not present in the request"),
        (#"{"TableName":"ab"}"#, "TableName must be at least 3 characters long and at most 255 characters long"),
        (
            #"{"TableName":"a;b"}"#,
            "3 validation errors detected: Value null at 'attributeDefinitions' failed to satisfy constraint: Member must not be null; Value 'a;b' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value null at 'keySchema' failed to satisfy constraint: Member must not be null"
        ),
        (
            Self.table(attributes: #"{"AttributeName":"a","AttributeType":"x"}"#),
            "1 validation error detected: Value 'x' at 'attributeDefinitions.1.member.attributeType' failed to satisfy constraint: Member must satisfy enum value set: [B, N, S]"
        ),
        (
            Self.table(rest: ""),
            "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
        ),
        (
            Self.table(rest: #","ProvisionedThroughput":{"ReadCapacityUnits":0,"WriteCapacityUnits":1}"#),
            "1 validation error detected: Value '0' at 'provisionedThroughput.readCapacityUnits' failed to satisfy constraint: Member must have value greater than or equal to 1"
        ),
        (
            Self.table(rest: #","ProvisionedThroughput":{"ReadCapacityUnits":1000000000001,"WriteCapacityUnits":1}"#),
            "Given value 1000000000001 for ReadCapacityUnits is out of bounds"
        ),
        (
            Self.table(
                rest:
                    #","BillingMode":"PAY_PER_REQUEST","ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}"#
            ),
            "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
        ),
        (Self.table(keys: Self.twoKeys), "Invalid KeySchema: Some index key attribute have no definition"),
        (
            Self.table(keys: #"{"AttributeName":"x","KeyType":"HASH"}"#),
            "One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [x], AttributeDefinitions: [a]"
        ),
        (
            Self.table(keys: #"{"AttributeName":"a","KeyType":"RANGE"}"#),
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"
        ),
        (
            Self.table(
                attributes: Self.two,
                keys: #"{"AttributeName":"a","KeyType":"HASH"},{"AttributeName":"b","KeyType":"HASH"}"#),
            "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"
        ),
        (
            Self.table(
                attributes: Self.two,
                keys: #"{"AttributeName":"a","KeyType":"HASH"},{"AttributeName":"a","KeyType":"RANGE"}"#),
            "Both the Hash Key and the Range Key element in the KeySchema have the same name"
        ),
        (
            Self.table(attributes: Self.two),
            "One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions"
        ),
        (
            Self.table(rest: Self.local(Self.twoKeys)),
            "One or more parameter values were invalid: Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"
        ),
        (
            Self.table(
                attributes: Self.two, keys: Self.twoKeys, rest: Self.local(#"{"AttributeName":"a","KeyType":"HASH"}"#)),
            "One or more parameter values were invalid: Index KeySchema does not have a range key for index: byB"
        ),
        (
            Self.table(
                attributes: Self.two, keys: Self.twoKeys,
                rest: Self.local(#"{"AttributeName":"b","KeyType":"HASH"},{"AttributeName":"a","KeyType":"RANGE"}"#)),
            "One or more parameter values were invalid: Index KeySchema does not have the same leading hash key as table KeySchema for index: byB. index hash key: b, table hash key: a"
        ),
        (
            Self.table(attributes: Self.two, keys: Self.twoKeys, rest: Self.local(Self.twoKeys, projection: "{}")),
            "One or more parameter values were invalid: Unknown ProjectionType: null"
        ),
        (
            Self.table(
                attributes: Self.two, keys: Self.twoKeys,
                rest: Self.local(Self.twoKeys, projection: #"{"ProjectionType":"ALL","NonKeyAttributes":["x"]}"#)),
            "One or more parameter values were invalid: ProjectionType is ALL, but NonKeyAttributes is specified"
        ),
        (
            Self.table(rest: #","BillingMode":"PAY_PER_REQUEST","GlobalSecondaryIndexes":[]"#),
            "One or more parameter values were invalid: List of GlobalSecondaryIndexes is empty"
        ),
        (
            Self.table(rest: #","BillingMode":"PAY_PER_REQUEST","StreamSpecification":{"StreamEnabled":true}"#),
            "One or more parameter values were invalid: Table is being created with a stream enabled, UpdateViewType is required"
        ),
    ])
    func refusesTablesInTheOrderAndWordsOfTheService(body: String, message: String) {
        #expect(Self.create(body) == message)
    }

    @Test func readsATableWithIndexesAndAStream() throws {
        let body = Self.table(
            attributes: Self.two, keys: Self.twoKeys,
            rest: Self.local(Self.twoKeys, projection: #"{"ProjectionType":"INCLUDE","NonKeyAttributes":["x"]}"#)
                + #","GlobalSecondaryIndexes":[{"IndexName":"all-b","KeySchema":[{"AttributeName":"b","KeyType":"HASH"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}],"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"},"Tags":[{"Key":"k","Value":"v"}]"#
        )

        let definition = try reading(body) { body throws(TableError) in try CreateTableRequest(body) }.definition

        let a = KeySchema.Attribute(name: "a", type: .string)
        let b = KeySchema.Attribute(name: "b", type: .number)
        let keys = KeySchema(partition: a, sort: b)
        #expect(
            definition
                == TableDefinition(
                    schema: TableSchema(
                        name: "abc", keys: keys,
                        indexes: [
                            SecondaryIndex(name: "byB", scope: .local, keys: keys, projection: .include(["x"])),
                            SecondaryIndex(
                                name: "all-b", scope: .global, keys: KeySchema(partition: b), projection: .keysOnly),
                        ]), attributes: [a, b], billing: .onDemand, stream: .newAndOldImages, tags: ["k": "v"]))
    }

    @Test(arguments: [
        (
            #"{"TableName":"abc"}"#,
            "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required"
        ),
        (
            #"{"TableName":"abc","BillingMode":"PROVISIONED"}"#,
            "One or more parameter values were invalid: ProvisionedThroughput must be specified when BillingMode is PROVISIONED"
        ),
        (
            #"{"TableName":"abc","GlobalSecondaryIndexUpdates":[{}]}"#,
            "One or more parameter values were invalid: One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null"
        ),
        (
            #"{"TableName":"abc","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"abc"}},{"Delete":{"IndexName":"abc"}}]}"#,
            "One or more parameter values were invalid: Only one global secondary index update per index is allowed simultaneously. Index: abc"
        ),
        (
            #"{"TableName":"abc","GlobalSecondaryIndexUpdates":[]}"#,
            "One or more parameter values were invalid: List of GlobalSecondaryIndexUpdates is empty"
        ),
        (
            #"{"TableName":"abc","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"abc"},"Update":{"IndexName":"abc","ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}}}]}"#,
            "One or more parameter values were invalid: Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object"
        ),
        (
            #"{"TableName":"abc","GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"byB","KeySchema":[{"AttributeName":"b","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}}]}"#,
            "One or more parameter values were invalid: AttributeDefinitions is not specified for index: byB"
        ),
        (
            #"{"TableName":"abc","DeletionProtectionEnabled":true,"BillingMode":"PAY_PER_REQUEST"}"#,
            "One or more parameter values were invalid: DeletionProtection modification must be the only operation in the request"
        ),
        (
            #"{"TableName":"abc","TableClass":"STANDARD","SSESpecification":{"Enabled":true}}"#,
            "One or more parameter values were invalid: TableClass modification must be the only operation in the request"
        ),
        (
            #"{"TableName":"abc","StreamSpecification":{"StreamEnabled":false},"BillingMode":"PAY_PER_REQUEST"}"#,
            "One or more parameter values were invalid: You cannot modify stream status while updating table IOPS"
        ),
        (
            #"{"TableName":"abc","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"abc"}}],"BillingMode":"PAY_PER_REQUEST"}"#,
            "One or more parameter values were invalid: You cannot create or delete index while updating table IOPS"
        ),
        (
            #"{"TableName":"abc","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"abc"}}],"StreamSpecification":{"StreamEnabled":false}}"#,
            "One or more parameter values were invalid: You cannot create or delete index while changing stream status"
        ),
    ])
    func refusesUpdatesOfTables(body: String, message: String) {
        #expect(Self.update(body) == message)
    }

    @Test func readsUpdatesOfTables() throws {
        let request = try reading(
            #"{"TableName":"abc","AttributeDefinitions":[{"AttributeName":"b","AttributeType":"B"}],"GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"byB","KeySchema":[{"AttributeName":"b","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}},{"Delete":{"IndexName":"old"}}]}"#
        ) { body throws(TableError) in try UpdateTableRequest(body) }

        let keys = KeySchema(partition: .init(name: "b", type: .binary))
        #expect(
            request.indexChanges == [
                .create(SecondaryIndex(name: "byB", scope: .global, keys: keys), nil), .delete("old"),
            ])
        #expect(request.stream == nil && request.billing == nil)
        let stream = try reading(#"{"TableName":"abc","StreamSpecification":{"StreamEnabled":false}}"#) {
            body throws(TableError) in try UpdateTableRequest(body)
        }
        #expect(stream.stream == .some(nil))
    }

    @Test func readsAndRefusesTheRest() throws {
        let list = { (text: String) in refusal(text) { body throws(TableError) in try ListTablesRequest(body) } }
        #expect(list("{}") == nil)
        #expect(
            list(#"{"Limit":101,"ExclusiveStartTableName":"a"}"#)
                == "2 validation errors detected: Value '101' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 100; Value 'a' at 'exclusiveStartTableName' failed to satisfy constraint: Member must have length greater than or equal to 3"
        )
        let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/abc"
        let tag = { (text: String) in refusal(text) { body throws(TableError) in try TagRequest(.tag, body) } }
        #expect(tag("{}") == "Invalid TableArn")
        #expect(tag(#"{"ResourceArn":"x","Tags":[]}"#) == "Invalid TableArn: Invalid ResourceArn provided as input x")
        #expect(tag(#"{"ResourceArn":"\#(arn)","Tags":[]}"#) == "Atleast one Tag needs to be provided as Input.")
        let tags = try reading(#"{"ResourceArn":"\#(arn)","Tags":[{"Key":"k","Value":""}]}"#) {
            body throws(TableError) in
            try TagRequest(.tag, body)
        }
        #expect(tags.tableName == "abc" && tags.tags == ["k": ""])
    }

    @Test(arguments: [
        (#"{"Key":"","Value":"v"}"#, "The Tag Key provided is invalid, Key: "),
        (#"{"Key":"aws:k","Value":"v"}"#, "Tag Key cannot be prefixed with aws:, Key: aws:k"),
        (
            #"{"Key":"k","Value":"v"},{"Key":"k","Value":"w"}"#,
            "Duplicate Tag Keys provided as input: Duplicate Tag Key found k"
        ),
    ])
    func refusesTags(tags: String, message: String) {
        let body =
            #"{"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/abc","Tags":[\#(tags)]}"#
        #expect(refusal(body) { body throws(TableError) in try TagRequest(.tag, body) } == message)
    }

    @Test func takesTheARNOfATableThatIsThere() throws {
        let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/abc"
        let request = try reading(#"{"TableName":"\#(arn)"}"#) { body throws(TableError) in try TableNameRequest(body) }
        #expect(request.tableName == arn)
        for wrong in [arn + "/x", arn + ";", "arn:aws:s3:us-east-1:000000000000:table/abc", "arn:abc"] {
            #expect(
                refusal(#"{"TableName":"\#(wrong)"}"#) { body throws(TableError) in try TableNameRequest(body) }?
                    .contains("regular expression pattern") == true)
        }
        // A table is made by its name alone.
        #expect(Self.create(#"{"TableName":"\#(arn)"}"#)?.contains("regular expression pattern") == true)
    }

    @Test func timeToLiveIsSwitchedOnAndOffOnceForOneAttribute() throws {
        let request = { (name: String, isEnabled: Bool) throws(TableError) in
            try reading(
                #"{"TableName":"abc","TimeToLiveSpecification":{"AttributeName":"\#(name)","Enabled":\#(isEnabled)}}"#
            ) { body throws(TableError) in try UpdateTimeToLiveRequest(body) }
        }
        #expect(try request("t", true).applied(to: nil) == "t")
        #expect(try request("t", false).applied(to: "t") == nil)
        #expect(throws: TableError.validation("TimeToLive is already enabled")) {
            try request("t", true).applied(to: "t")
        }
        #expect(throws: TableError.validation("TimeToLive is already disabled")) {
            try request("t", false).applied(to: nil)
        }
        #expect(
            throws: TableError.validation(
                "TimeToLive is active on a different AttributeName: current AttributeName is t")
        ) { try request("u", true).applied(to: "t") }
    }
}

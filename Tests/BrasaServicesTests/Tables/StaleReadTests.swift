import Testing

/// Reads that were planned on tables and indexes which are gone when their turn comes.
@Suite(.timeLimit(.minutes(5))) struct StaleReadTests {
    private static let notFound = TableBed.Refusal(
        type: "ResourceNotFoundException", message: "Requested resource not found")
    private static let noIndex = TableBed.Refusal(
        type: "ValidationException", message: "The table does not have the specified index: by-g")

    /// Requests that read, each in another way.
    private static var reads: [(operation: String, parameters: [String: Any])] {
        let key: [String: Any] = ["id": ["S": "a"]]
        return [
            ("GetItem", ["TableName": "stale", "Key": key]),
            ("Scan", ["TableName": "stale"]),
            (
                "Query",
                [
                    "TableName": "stale", "KeyConditionExpression": "id = :i",
                    "ExpressionAttributeValues": [":i": ["S": "a"]],
                ]
            ),
            ("Scan", ["TableName": "stale", "IndexName": "by-g"]),
            ("BatchGetItem", ["RequestItems": ["stale": ["Keys": [key]]]]),
            ("TransactGetItems", ["TransactItems": [["Get": ["TableName": "stale", "Key": key]]]]),
        ]
    }

    private static func table(_ name: String) -> [String: Any] {
        [
            "TableName": name, "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                ["AttributeName": "id", "AttributeType": "S"], ["AttributeName": "g", "AttributeType": "S"],
            ],
            "KeySchema": [["AttributeName": "id", "KeyType": "HASH"]],
            "GlobalSecondaryIndexes": [Self.index],
        ]
    }

    private static var index: [String: Any] {
        [
            "IndexName": "by-g", "KeySchema": [["AttributeName": "g", "KeyType": "HASH"]],
            "Projection": ["ProjectionType": "ALL"],
        ]
    }

    private static func bed() async throws -> (TableBed, GatedStore) {
        nonisolated(unsafe) var gate: GatedStore?
        let bed = try await TableBed {
            let gated = GatedStore($0)
            gate = gated
            return gated
        }
        try await bed.ask("CreateTable", Self.table("stale"))
        try await bed.ask("PutItem", ["TableName": "stale", "Item": ["id": ["S": "a"], "g": ["S": "x"]]])
        return (bed, try #require(gate))
    }

    @Test(arguments: [false, true], 0..<6)
    func tellThatTheirTableIsGone(comesAgain: Bool, read: Int) async throws {
        let (bed, gate) = try await Self.bed()
        gate.close()
        async let refusal = bed.refusal(Self.reads[read].operation, Self.reads[read].parameters)
        await gate.waitForReads(1)
        try await bed.ask("DeleteTable", ["TableName": "stale"])
        if comesAgain { try await bed.ask("CreateTable", Self.table("stale")) }
        gate.open()

        #expect(try await refusal == Self.notFound)
    }

    @Test(arguments: [false, true])
    func tellThatTheirIndexIsGone(comesAgain: Bool) async throws {
        let (bed, gate) = try await Self.bed()
        gate.close()
        async let refusal = bed.refusal("Scan", ["TableName": "stale", "IndexName": "by-g"])
        await gate.waitForReads(1)
        try await bed.ask(
            "UpdateTable", ["TableName": "stale", "GlobalSecondaryIndexUpdates": [["Delete": ["IndexName": "by-g"]]]])
        if comesAgain {
            try await bed.ask(
                "UpdateTable",
                [
                    "TableName": "stale", "GlobalSecondaryIndexUpdates": [["Create": Self.index]],
                    "AttributeDefinitions": [["AttributeName": "g", "AttributeType": "S"]],
                ])
        }
        gate.open()

        #expect(try await refusal == Self.noIndex)
    }
}

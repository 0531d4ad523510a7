import BrasaSQLite
import Testing

/// Global indexes that are added to tables with items.
@Suite(.timeLimit(.minutes(5))) struct IndexFillTests {
    private static var index: [String: Any] {
        [
            "TableName": "rows", "AttributeDefinitions": [["AttributeName": "g", "AttributeType": "S"]],
            "GlobalSecondaryIndexUpdates": [
                [
                    "Create": [
                        "IndexName": "grouped", "KeySchema": [["AttributeName": "g", "KeyType": "HASH"]],
                        "Projection": ["ProjectionType": "KEYS_ONLY"],
                    ]
                ]
            ],
        ]
    }

    private func bed(items: Int) async throws -> TableBed {
        let bed = try await TableBed()
        try await bed.ask(
            "CreateTable",
            [
                "TableName": "rows", "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [["AttributeName": "p", "AttributeType": "N"]],
                "KeySchema": [["AttributeName": "p", "KeyType": "HASH"]],
            ])
        for first in stride(from: 0, to: items, by: 25) {
            let writes = (first..<min(first + 25, items)).map { number in
                [
                    "PutRequest": [
                        "Item": ["p": ["N": "\(number)"], "g": ["S": number.isMultiple(of: 2) ? "even" : "odd"]]
                    ]
                ]
            }
            try await bed.ask("BatchWriteItem", ["RequestItems": ["rows": writes]])
        }
        return bed
    }

    private func count(_ bed: TableBed, _ group: String) async throws -> Int? {
        try await bed.ask(
            "Query",
            [
                "TableName": "rows", "IndexName": "grouped", "KeyConditionExpression": "g = :g",
                "ExpressionAttributeValues": [":g": ["S": group]], "Select": "COUNT",
            ])["Count"] as? Int
    }

    /// Waits until the index answers.
    private func awaitIndex(_ bed: TableBed) async throws {
        while true {
            let table = try await bed.ask("DescribeTable", ["TableName": "rows"]).members("Table")
            if table?["TableStatus"] as? String == "ACTIVE" { return }
        }
    }

    @Test func hasTheItemsOfBefore() async throws {
        // More than are looked at in one write.
        let bed = try await self.bed(items: 1_203)
        let answer = try await bed.ask("UpdateTable", Self.index).members("TableDescription")
        #expect(answer?["TableStatus"] as? String == "UPDATING")
        try await self.awaitIndex(bed)
        #expect(try await self.count(bed, "even") == 602)
        #expect(try await self.count(bed, "odd") == 601)
    }

    @Test func hasWhatIsWrittenWhileItIsFilled() async throws {
        let bed = try await self.bed(items: 1_000)
        async let change = bed.ask("UpdateTable", Self.index)
        for number in stride(from: 0, to: 1_000, by: 20) {
            try await bed.ask(
                "PutItem", ["TableName": "rows", "Item": ["p": ["N": "\(number)"], "g": ["S": "moved"]]])
            try await bed.ask("DeleteItem", ["TableName": "rows", "Key": ["p": ["N": "\(number + 1)"]]])
        }
        _ = try await change
        try await self.awaitIndex(bed)
        #expect(try await self.count(bed, "moved") == 50)
        #expect(try await self.count(bed, "even") == 450)
        #expect(try await self.count(bed, "odd") == 450)
    }

    @Test func isFilledAfterARestart() async throws {
        let first = try await self.bed(items: 1_000)
        try await first.ask("UpdateTable", Self.index)
        // Somewhere on the way, or just done: both have to do.
        await first.store.close()
        let second = try await TableBed(path: first.path)
        try await self.awaitIndex(second)
        #expect(try await self.count(second, "even") == 500)
        await second.store.close()
    }
}

import BrasaTesting
import Testing

/// Queries and scans in pages of any size find what a plain list of all items says, in its order.
@Suite(.timeLimit(.minutes(5))) struct PaginationPropertyTests {
    /// An item as the model has it.
    private struct Row: Hashable {
        var partition: String
        var sort: Int
        /// Sparse: half of the items have none.
        var group: String?
        var rank: Int

        var item: [String: Any] {
            var item: [String: Any] = [
                "p": ["S": self.partition], "s": ["N": "\(self.sort)"], "r": ["N": "\(self.rank)"],
            ]
            if let group = self.group { item["g"] = ["S": group] }
            return item
        }

        init(partition: String, sort: Int, group: String?, rank: Int) {
            self.partition = partition
            self.sort = sort
            self.group = group
            self.rank = rank
        }

        init?(_ item: [String: Any]) {
            func text(_ name: String, _ type: String) -> String? { (item[name] as? [String: String])?[type] }
            guard let partition = text("p", "S"), let sort = text("s", "N").flatMap({ Int($0) }),
                let rank = text("r", "N").flatMap({ Int($0) })
            else { return nil }
            self.init(partition: partition, sort: sort, group: text("g", "S"), rank: rank)
        }
    }

    private static var table: [String: Any] {
        [
            "TableName": "rows", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": ["p": "S", "s": "N", "g": "S", "r": "N"].map {
                ["AttributeName": $0.key, "AttributeType": $0.value]
            },
            "KeySchema": Self.keys("p", "s"),
            "LocalSecondaryIndexes": [
                ["IndexName": "ranked", "KeySchema": Self.keys("p", "r"), "Projection": ["ProjectionType": "ALL"]]
            ],
            "GlobalSecondaryIndexes": [
                ["IndexName": "grouped", "KeySchema": Self.keys("g", "r"), "Projection": ["ProjectionType": "ALL"]]
            ],
        ]
    }

    private static func keys(_ partition: String, _ sort: String) -> [[String: String]] {
        [
            ["AttributeName": partition, "KeyType": "HASH"], ["AttributeName": sort, "KeyType": "RANGE"],
        ]
    }

    private func pages(
        _ bed: TableBed, _ operation: String, _ parameters: [String: Any], limit: Int
    ) async throws -> [Row] {
        var rows: [Row] = []
        var start: Any?
        repeat {
            var asked = parameters
            asked["Limit"] = limit
            asked["ExclusiveStartKey"] = start
            let page = try await bed.ask(operation, asked)
            let items = try #require(page.list("Items"))
            #expect(page["ScannedCount"] as? Int ?? 0 <= limit)
            rows += try items.map { try #require(Row($0)) }
            start = page["LastEvaluatedKey"]
        } while start != nil
        return rows
    }

    @Test(arguments: 1...6) func findsWhatAPlainListOfAllItemsHas(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let bed = try await TableBed()
        try await bed.ask("CreateTable", Self.table)
        var model: [String: Row] = [:]
        for _ in 0..<120 {
            let row = Row(
                partition: ["a", "b", "\u{0}", "a\u{0}"].randomElement(using: &random)!,
                sort: Int.random(in: -20...20, using: &random),
                group: Bool.random(using: &random) ? ["x", "y"].randomElement(using: &random)! : nil,
                rank: Int.random(in: 0...3, using: &random))
            let key = "\(row.partition)|\(row.sort)"
            if Int.random(in: 0..<5, using: &random) == 0 {
                try await bed.ask(
                    "DeleteItem",
                    ["TableName": "rows", "Key": ["p": ["S": row.partition], "s": ["N": "\(row.sort)"]]])
                model[key] = nil
            } else {
                try await bed.ask("PutItem", ["TableName": "rows", "Item": row.item])
                model[key] = row
            }
        }
        let all = Set(model.values)
        let limit = Int.random(in: 1...9, using: &random)
        let scanned = try await self.pages(bed, "Scan", ["TableName": "rows"], limit: limit)
        #expect(scanned.count == all.count && Set(scanned) == all)
        var inSegments: [Row] = []
        for segment in 0..<3 {
            inSegments += try await self.pages(
                bed, "Scan", ["TableName": "rows", "Segment": segment, "TotalSegments": 3], limit: limit)
        }
        #expect(inSegments.count == all.count && Set(inSegments) == all)

        for isForward in [true, false] {
            let low = Int.random(in: -20...20, using: &random)
            let found = try await self.pages(
                bed, "Query",
                [
                    "TableName": "rows", "KeyConditionExpression": "p = :p AND s BETWEEN :l AND :h",
                    "ScanIndexForward": isForward,
                    "ExpressionAttributeValues": [":p": ["S": "a"], ":l": ["N": "\(low)"], ":h": ["N": "\(low + 15)"]],
                ], limit: limit)
            let expected = all.filter { $0.partition == "a" && (low...low + 15).contains($0.sort) }
                .sorted { ($0.sort < $1.sort) == isForward }
            #expect(found == expected)

            let ranked = try await self.pages(
                bed, "Query",
                [
                    "TableName": "rows", "IndexName": "ranked", "KeyConditionExpression": "p = :p AND r >= :r",
                    "ScanIndexForward": isForward,
                    "ExpressionAttributeValues": [":p": ["S": "b"], ":r": ["N": "1"]],
                ], limit: limit)
            self.expect(ranked, all.filter { $0.partition == "b" && $0.rank >= 1 }, isForward)

            let grouped = try await self.pages(
                bed, "Query",
                [
                    "TableName": "rows", "IndexName": "grouped", "KeyConditionExpression": "g = :g",
                    "ScanIndexForward": isForward, "ExpressionAttributeValues": [":g": ["S": "x"]],
                ], limit: limit)
            self.expect(grouped, all.filter { $0.group == "x" }, isForward)
        }
    }

    /// The same rows, by rank; those of one rank in any order.
    private func expect(_ found: [Row], _ expected: Set<Row>, _ isForward: Bool) {
        #expect(found.count == expected.count && Set(found) == expected)
        #expect(zip(found, found.dropFirst()).allSatisfy { isForward ? $0.rank <= $1.rank : $0.rank >= $1.rank })
    }
}

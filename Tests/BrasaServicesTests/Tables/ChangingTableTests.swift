import BrasaTesting
import Foundation
import Synchronization
import Testing

/// Tables that come, go and change while they are written.
@Suite(.timeLimit(.minutes(5))) struct ChangingTableTests {
    private static func table(_ name: String) -> [String: Any] {
        [
            "TableName": name, "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [["AttributeName": "id", "AttributeType": "N"]],
            "KeySchema": [["AttributeName": "id", "KeyType": "HASH"]],
        ]
    }

    private static func indexChange(creates: Bool) -> [String: Any] {
        guard creates else {
            return ["TableName": "busy", "GlobalSecondaryIndexUpdates": [["Delete": ["IndexName": "by-g"]]]]
        }
        let index: [String: Any] = [
            "IndexName": "by-g",
            "KeySchema": [
                ["AttributeName": "g", "KeyType": "HASH"], ["AttributeName": "s", "KeyType": "RANGE"],
            ],
            "Projection": ["ProjectionType": "ALL"],
        ]
        return [
            "TableName": "busy", "GlobalSecondaryIndexUpdates": [["Create": index]],
            "AttributeDefinitions": [
                ["AttributeName": "g", "AttributeType": "S"], ["AttributeName": "s", "AttributeType": "N"],
            ],
        ]
    }

    /// All items of a table or index, as JSON with sorted members.
    private static func items(_ bed: TableBed, _ parameters: [String: Any]) async throws -> [String] {
        var items: [String] = []
        var request = parameters
        while true {
            let page = try await bed.ask("Scan", request)
            for item in page.list("Items") ?? [] {
                let json = try JSONSerialization.data(withJSONObject: item, options: .sortedKeys)
                items.append(String(decoding: json, as: UTF8.self))
            }
            guard let last = page.members("LastEvaluatedKey") else { return items }
            request["ExclusiveStartKey"] = last
        }
    }

    private static func awaitIndex(_ bed: TableBed) async throws {
        while true {
            let table = try await bed.ask("DescribeTable", ["TableName": "busy"]).members("Table")
            let indexes = table?["GlobalSecondaryIndexes"] as? [[String: Any]] ?? []
            if indexes.allSatisfy({ $0["IndexStatus"] as? String == "ACTIVE" }) { return }
        }
    }

    @Test func isMadeOnceByManyAtOnce() async throws {
        let bed = try await TableBed()
        let refusals = try await withThrowingTaskGroup(of: TableBed.Refusal?.self) { group in
            for _ in 0..<20 { group.addTask { try await bed.refusal("CreateTable", Self.table("once")) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }

        #expect(refusals.count { $0 == nil } == 1)
        let taken = TableBed.Refusal(type: "ResourceInUseException", message: "Table already exists: once")
        #expect(refusals.count { $0 == taken } == 19)
    }

    @Test func losesOrKeepsEachWriteAsItWasAnsweredWhenItIsDeleted() async throws {
        let bed = try await TableBed()
        let notFound = TableBed.Refusal(type: "ResourceNotFoundException", message: "Requested resource not found")
        for round in 1...5 {
            try await bed.ask("CreateTable", Self.table("busy"))
            let ended = try await withThrowingTaskGroup(of: TableBed.Refusal?.self) { group in
                for writer in 0..<4 {
                    group.addTask {
                        for number in 0... {
                            let item: [String: Any] = ["id": ["N": "\(number * 4 + writer)"]]
                            let refusal = try await bed.refusal("PutItem", ["TableName": "busy", "Item": item])
                            if let refusal { return refusal }
                        }
                        return nil
                    }
                }
                while try await Self.items(bed, ["TableName": "busy", "Limit": 10]).count < 20 * round {}
                try await bed.ask("DeleteTable", ["TableName": "busy"])
                return try await group.reduce(into: []) { $0.append($1) }
            }

            #expect(ended == Array(repeating: notFound, count: 4))
        }
        try await bed.ask("CreateTable", Self.table("busy"))
        #expect(try await Self.items(bed, ["TableName": "busy"]).isEmpty)
        let table = try await bed.ask("DescribeTable", ["TableName": "busy"]).members("Table")
        #expect(table?["ItemCount"] as? Int == 0)
        #expect(table?["TableSizeBytes"] as? Int == 0)
    }

    /// What writers do while indexes come and go, until they are told to stop.
    private static func write(_ bed: TableBed, seed: UInt64, isOver: Flag) async throws {
        var random = SeededRandom(seed: seed)
        while !isOver.isSet {
            let id = ["N": "\(Int.random(in: 0..<400, using: &random))"]
            let group = ["S": ["x", "y", "z"][Int.random(in: 0..<3, using: &random)]]
            let sort = ["N": "\(Int.random(in: 0..<10, using: &random))"]
            switch Int.random(in: 0..<5, using: &random) {
            case 0:
                try await bed.ask("PutItem", ["TableName": "busy", "Item": ["id": id, "g": group, "s": sort]])
            case 1:
                // Without what the index has its keys of.
                try await bed.ask("PutItem", ["TableName": "busy", "Item": ["id": id, "g": group]])
            case 2: try await bed.ask("DeleteItem", ["TableName": "busy", "Key": ["id": id]])
            case 3:
                try await bed.ask(
                    "UpdateItem",
                    [
                        "TableName": "busy", "Key": ["id": id], "UpdateExpression": "SET g = :g, s = :s",
                        "ExpressionAttributeValues": [":g": group, ":s": sort],
                    ])
            default:
                let key: [String: Any] = ["id": id]
                let other = ["N": "\(500 + Int.random(in: 0..<100, using: &random))"]
                try await bed.ask(
                    "TransactWriteItems",
                    [
                        "TransactItems": [
                            ["Delete": ["TableName": "busy", "Key": key]],
                            ["Put": ["TableName": "busy", "Item": ["id": other, "g": group, "s": sort]]],
                        ]
                    ])
            }
        }
    }

    @Test func hasExactlyItsItemsInAnIndexThatIsAddedWhileItIsWritten() async throws {
        let bed = try await TableBed()
        try await bed.ask("CreateTable", Self.table("busy"))
        for first in stride(from: 1_000, to: 3_000, by: 25) {
            let puts = (first..<first + 25).map { number in
                ["PutRequest": ["Item": ["id": ["N": "\(number)"], "g": ["S": "old"], "s": ["N": "\(number)"]]]]
            }
            try await bed.ask("BatchWriteItem", ["RequestItems": ["busy": puts]])
        }
        let isOver = Flag()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seed in 1...4 {
                group.addTask { try await Self.write(bed, seed: UInt64(seed), isOver: isOver) }
            }
            defer { isOver.set() }
            for _ in 0..<4 {
                try await bed.ask("UpdateTable", Self.indexChange(creates: true))
                try await Self.awaitIndex(bed)
                _ = try await bed.ask("Scan", ["TableName": "busy", "IndexName": "by-g", "Limit": 5])
                try await bed.ask("UpdateTable", Self.indexChange(creates: false))
                let refusal = try await bed.refusal("Scan", ["TableName": "busy", "IndexName": "by-g"])
                #expect(refusal?.message == "The table does not have the specified index: by-g")
            }
            try await bed.ask("UpdateTable", Self.indexChange(creates: true))
            try await Self.awaitIndex(bed)
        }

        let items = try await Self.items(bed, ["TableName": "busy"])
        let entries = try await Self.items(bed, ["TableName": "busy", "IndexName": "by-g"])
        let indexed = items.filter { $0.contains(#""g":"#) && $0.contains(#""s":"#) }
        #expect(indexed.count >= 2_000)
        #expect(entries.sorted() == indexed.sorted())
        let table = try await bed.ask("DescribeTable", ["TableName": "busy"]).members("Table")
        #expect(table?["ItemCount"] as? Int == items.count)
        let counted = try await IndexCounts.told(bed, "busy")
        #expect(counted["by-g"]?.items == entries.count)
        #expect(try await counted == IndexCounts.found(bed, "busy"))
    }

    @Test func leavesNoHalfOfATransactionWhoseOtherTableGoes() async throws {
        let bed = try await TableBed()
        try await bed.ask("CreateTable", Self.table("busy"))
        try await bed.ask("CreateTable", Self.table("other"))
        let done = try await withThrowingTaskGroup(of: Int.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    for number in 0... {
                        let item: [String: Any] = ["id": ["N": "\(number * 4 + writer)"]]
                        let refusal = try await bed.refusal(
                            "TransactWriteItems",
                            [
                                "TransactItems": [
                                    ["Put": ["TableName": "busy", "Item": item]],
                                    ["Put": ["TableName": "other", "Item": item]],
                                ]
                            ])
                        guard let refusal else { continue }
                        #expect(refusal.type == "ResourceNotFoundException")
                        let half = try await bed.ask("GetItem", ["TableName": "busy", "Key": item])
                        #expect(half["Item"] == nil)
                        return number
                    }
                    return 0
                }
            }
            while try await Self.items(bed, ["TableName": "other"]).count < 50 {}
            try await bed.ask("DeleteTable", ["TableName": "other"])
            return try await group.reduce(0, +)
        }

        #expect(done >= 50)
        #expect(try await Self.items(bed, ["TableName": "busy"]).count == done)
    }
}

/// What several tasks share to be told to stop.
private final class Flag: Sendable {
    private let flag = Mutex(false)

    var isSet: Bool { self.flag.withLock { $0 } }

    func set() {
        self.flag.withLock { $0 = true }
    }
}

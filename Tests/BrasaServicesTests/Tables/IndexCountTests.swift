import BrasaSQLite
import BrasaTesting
import Foundation
import GRDB
import Testing

@testable import BrasaServices

/// `ItemCount` and `IndexSizeBytes` of indexes.
@Suite(.timeLimit(.minutes(2))) struct IndexCountTests {
    private static func index(_ name: String, _ keys: [String], _ projection: [String: Any]) -> [String: Any] {
        [
            "IndexName": name, "Projection": projection,
            "KeySchema": zip(keys, ["HASH", "RANGE"]).map { ["AttributeName": $0, "KeyType": $1] },
        ]
    }

    private static var byGroup: [String: Any] { index("byGroup", ["g"], ["ProjectionType": "ALL"]) }

    private static var table: [String: Any] {
        [
            "TableName": "rows", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [("p", "N"), ("s", "N"), ("g", "S"), ("h", "S")].map {
                ["AttributeName": $0, "AttributeType": $1]
            },
            "KeySchema": [
                ["AttributeName": "p", "KeyType": "HASH"], ["AttributeName": "s", "KeyType": "RANGE"],
            ],
            "LocalSecondaryIndexes": [
                Self.index("byH", ["p", "h"], ["ProjectionType": "INCLUDE", "NonKeyAttributes": ["v", "h", "none"]])
            ],
            "GlobalSecondaryIndexes": [
                Self.byGroup, Self.index("ofH", ["h", "s"], ["ProjectionType": "KEYS_ONLY"]),
            ],
        ]
    }

    /// Something done to one of 40 items, which may be there or not.
    private static func change(_ random: inout SeededRandom) -> (operation: String, parameters: [String: Any]) {
        let key: [String: Any] = [
            "p": ["N": "\(Int.random(in: 0..<4, using: &random))"],
            "s": ["N": "\(Int.random(in: 0..<10, using: &random))"],
        ]
        var item = key
        for name in ["g", "h", "v", "w"] where Bool.random(using: &random) {
            let length = Int.random(in: 1..<20, using: &random)
            item[name] = ["S": String(repeating: "x", count: length)]
        }
        let value = ["S": String(repeating: "y", count: Int.random(in: 1..<20, using: &random))]
        let name = ["g", "h", "v", "w"].randomElement(using: &random) ?? "g"
        switch Int.random(in: 0..<6, using: &random) {
        case 0, 1: return ("PutItem", ["TableName": "rows", "Item": item])
        case 2: return ("DeleteItem", ["TableName": "rows", "Key": key])
        case 3:
            return (
                "UpdateItem",
                [
                    "TableName": "rows", "Key": key, "UpdateExpression": "SET #n = :v",
                    "ExpressionAttributeNames": ["#n": name], "ExpressionAttributeValues": [":v": value],
                ]
            )
        case 4:
            return (
                "UpdateItem",
                [
                    "TableName": "rows", "Key": key, "UpdateExpression": "REMOVE #n",
                    "ExpressionAttributeNames": ["#n": name],
                ]
            )
        default: return ("BatchWriteItem", ["RequestItems": ["rows": [["PutRequest": ["Item": item]]]]])
        }
    }

    private static func write(_ bed: TableBed, seed: UInt64, times: Int) async throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<times {
            let change = Self.change(&random)
            try await bed.ask(change.operation, change.parameters)
        }
    }

    /// Waits until all that is in indexes has been counted, and is there to be read.
    private static func awaitCounting(_ bed: TableBed, _ name: String) async throws {
        while bed.service.catalog.table(named: name)?.document.indexes.contains(where: { $0.isCounted != true })
            ?? false
        {
            await Task.yield()
        }
        try await bed.store.write { _ in }
    }

    @Test func areWhatAScanFinds() async throws {
        let bed = try await TableBed()
        try await bed.ask("CreateTable", Self.table)
        #expect(try await Set(IndexCounts.told(bed, "rows").values.map(\.items)) == [0])
        for seed in 1...20 {
            try await Self.write(bed, seed: UInt64(seed), times: 50)
            #expect(try await IndexCounts.told(bed, "rows") == IndexCounts.found(bed, "rows"), "seed \(seed)")
        }
        #expect(try await IndexCounts.told(bed, "rows").values.allSatisfy { $0.items > 3 && $0.bytes > 30 })

        // As after a kill: from the file as it is, while the first has it open.
        let copy = try bed.copy()
        let second = try await TableBed(path: copy)
        #expect(try await IndexCounts.told(second, "rows") == IndexCounts.found(bed, "rows"))
        await second.store.close()
        try FileManager.default.removeItem(atPath: copy)
    }

    @Test func startAnewWithAnIndexOfTheName() async throws {
        let bed = try await TableBed()
        try await bed.ask("CreateTable", Self.table)
        try await Self.write(bed, seed: 1, times: 100)
        let removal = [["Delete": ["IndexName": "byGroup"]]]
        try await bed.ask("UpdateTable", ["TableName": "rows", "GlobalSecondaryIndexUpdates": removal])
        try await Self.write(bed, seed: 2, times: 100)
        try await bed.ask(
            "UpdateTable",
            [
                "TableName": "rows", "GlobalSecondaryIndexUpdates": [["Create": Self.byGroup]],
                "AttributeDefinitions": [["AttributeName": "g", "AttributeType": "S"]],
            ])
        try await Self.write(bed, seed: 3, times: 100)
        while bed.service.catalog.table(named: "rows")?.status != .active { await Task.yield() }
        #expect(try await IndexCounts.told(bed, "rows") == IndexCounts.found(bed, "rows"))
        #expect(try await IndexCounts.told(bed, "rows")["byGroup"]?.items ?? 0 > 5)
    }

    /// The path of a folder with `tables.sqlite` as SQL makes it.
    private static func folder(_ sql: String) throws -> String {
        let path = FileManager.default.temporaryDirectory.path + "/brasa-tables-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let file = try DatabaseQueue(path: "\(path)/tables.sqlite")
        try file.writeWithoutTransaction { try $0.execute(sql: sql) }
        try file.close()
        return path
    }

    @Test func areCountedInAFileOfBeforeTheyWere() async throws {
        let dump = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Files/tables-1.sql")
        let path = try Self.folder(try String(contentsOf: dump, encoding: .utf8))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let bed = try await TableBed(path: path)
        try await Self.awaitCounting(bed, "people")

        let told = try await IndexCounts.told(bed, "people")
        #expect(
            told == [
                "byMail": .init(items: 7, bytes: 225), "byTown": .init(items: 5, bytes: 252),
                "byNote": .init(items: 8, bytes: 141),
            ])
        #expect(try await told == IndexCounts.found(bed, "people"))
        let table = try await bed.ask("DescribeTable", ["TableName": "people"]).members("Table")
        #expect(table?["ItemCount"] as? Int == 11)
        #expect(try await bed.ask("Scan", ["TableName": "plain"])["Count"] as? Int == 2)
        // And it goes on from there.
        try await bed.ask(
            "PutItem", ["TableName": "people", "Item": ["id": ["S": "c"], "nr": ["N": "1"], "note": ["S": "x"]]])
        #expect(try await IndexCounts.told(bed, "people")["byNote"] == .init(items: 9, bytes: 141 + 12))
        await bed.store.close()
    }

    @Test(arguments: [false, true])
    func areCountedWhileTheTableIsWritten(isRestarted: Bool) async throws {
        let first = try await TableBed()
        try await first.ask("CreateTable", Self.table)
        // More than are looked at in one write, behind those that change.
        for start in stride(from: 0, to: 1_500, by: 25) {
            let puts = (start..<start + 25).map { number in
                [
                    "PutRequest": [
                        "Item": ["p": ["N": "\(number % 7)"], "s": ["N": "\(100 + number)"], "g": ["S": "old"]]
                    ]
                ]
            }
            try await first.ask("BatchWriteItem", ["RequestItems": ["rows": puts]])
        }
        try await Self.write(first, seed: 4, times: 100)
        await first.store.close()
        // As that release left it, one index not filled.
        try await DatabaseQueue(path: "\(first.path)/tables.sqlite").writeWithoutTransaction { file in
            let removals = (0..<3).map { "'$.indexes[\($0)].isCounted'" }.joined(separator: ", ")
            try file.execute(
                sql: """
                    DROP TABLE index_count; DROP TABLE removed; PRAGMA user_version = 1; DELETE FROM entry_1_3;
                    UPDATE catalog SET document = CAST(
                        json_set(json_remove(CAST(document AS TEXT), \(removals)), '$.indexes[2].status', 'CREATING') AS BLOB)
                    """)
        }

        var bed = try await TableBed(path: first.path)
        try await Self.write(bed, seed: 5, times: isRestarted ? 3 : 100)
        if isRestarted {
            await bed.store.close()
            bed = try await TableBed(path: first.path)
            try await Self.write(bed, seed: 6, times: 100)
        }
        try await Self.awaitCounting(bed, "rows")

        let told = try await IndexCounts.told(bed, "rows")
        #expect(told["byGroup"]?.items ?? 0 >= 1_500)
        #expect(try await told == IndexCounts.found(bed, "rows"))
        await bed.store.close()
    }
}

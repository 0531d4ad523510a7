import BrasaModel
import BrasaSQLite
import BrasaTables
import Foundation
import NIOCore
import Synchronization
import Testing

@testable import BrasaServices

/// Items that expire, with a clock that the tests move.
@Suite(.timeLimit(.minutes(5))) struct ExpiryTests {
    private static func ttl(_ attribute: String, _ isEnabled: Bool = true) -> [String: Any] {
        ["TableName": "tab", "TimeToLiveSpecification": ["AttributeName": attribute, "Enabled": isEnabled]]
    }

    /// A table with a stream, an index over `g`, and an attribute `at` by which items expire.
    private static func bed() async throws -> StreamBed {
        let bed = try await StreamBed()
        try await bed.tables.ask(
            "UpdateTable",
            [
                "TableName": "tab", "AttributeDefinitions": [["AttributeName": "g", "AttributeType": "S"]],
                "GlobalSecondaryIndexUpdates": [
                    [
                        "Create": [
                            "IndexName": "grouped", "KeySchema": [["AttributeName": "g", "KeyType": "HASH"]],
                            "Projection": ["ProjectionType": "ALL"],
                        ]
                    ]
                ],
            ])
        try await Self.waitForIndex(bed)
        try await bed.tables.ask("UpdateTimeToLive", Self.ttl("at"))
        try await Self.waitForNoting(bed)
        return bed
    }

    private static func put(_ bed: StreamBed, _ id: String, at: Any, _ others: [String: Any] = [:]) async throws {
        let item: [String: Any] = ["id": ["S": id], "at": at, "g": ["S": "group"]]
        try await bed.tables.ask("PutItem", ["TableName": "tab", "Item": item.merging(others) { $1 }])
    }

    private static func ids(_ bed: StreamBed, index: String? = nil) async throws -> [String] {
        var scan: [String: Any] = ["TableName": "tab"]
        scan["IndexName"] = index
        let items = try #require(try await bed.tables.ask("Scan", scan).list("Items"))
        return items.compactMap { ($0["id"] as? [String: String])?["S"] }.sorted()
    }

    private static func waitForIndex(_ bed: StreamBed) async throws {
        while true {
            let table = try await bed.tables.ask("DescribeTable", ["TableName": "tab"]).members("Table")
            if table?["TableStatus"] as? String == "ACTIVE" { return }
        }
    }

    private static func waitForNoting(_ bed: StreamBed) async throws {
        while bed.tables.service.catalog.table(named: "tab")?.document.expiryNoting != nil { await Task.yield() }
    }

    private static func seconds(_ bed: StreamBed) -> Int64 { bed.tables.milliseconds / 1_000 }

    @Test func removesWhatHasExpiredAndNothingElse() async throws {
        let bed = try await Self.bed()
        let now = Self.seconds(bed)
        let fiveYears: Int64 = 5 * 365 * 86_400
        try await Self.put(bed, "soon", at: ["N": "\(now + 10)"])
        try await Self.put(bed, "later", at: ["N": "\(now + 11)"])
        try await Self.put(bed, "longAgo", at: ["N": "\(now + 8 - fiveYears)"])
        try await Self.put(bed, "fiveYearsAgo", at: ["N": "\(now + 10 - fiveYears)"])
        try await Self.put(bed, "text", at: ["S": "\(now)"])
        try await Self.put(bed, "never", at: ["NULL": true])
        let upkeep = TableUpkeep(bed.tables.service)

        bed.tables.advance(milliseconds: 9_999)
        await upkeep.round()
        #expect(try await Self.ids(bed) == ["later", "longAgo", "never", "soon", "text"])
        bed.tables.advance(milliseconds: 1)
        await upkeep.round()
        #expect(try await Self.ids(bed) == ["later", "longAgo", "never", "text"])
        #expect(try await Self.ids(bed, index: "grouped") == ["later", "longAgo", "never", "text"])
        let table = try await bed.tables.ask("DescribeTable", ["TableName": "tab"]).members("Table")
        #expect(table?["ItemCount"] as? Int == 4)
        #expect(upkeep.expiredItems == 2)

        let records = try await bed.all()
        #expect(records.suffix(2).map(\.name) == ["REMOVE", "REMOVE"])
        #expect(records.filter(\.isExpiry).map(\.id) == ["fiveYearsAgo", "soon"])
        #expect(records.filter { $0.isExpiry && $0.hasOld && !$0.hasNew }.count == 2)
        await upkeep.round()
        #expect(try await bed.all().count == records.count)
    }

    @Test func keepsWhatWasGivenMoreTime() async throws {
        let bed = try await Self.bed()
        let now = Self.seconds(bed)
        try await Self.put(bed, "a", at: ["N": "\(now + 1)"])
        try await Self.put(bed, "b", at: ["N": "\(now + 1)"])
        try await Self.put(bed, "a", at: ["N": "\(now + 100)"])
        try await bed.tables.ask(
            "UpdateItem",
            [
                "TableName": "tab", "Key": ["id": ["S": "b"]], "UpdateExpression": "REMOVE #at",
                "ExpressionAttributeNames": ["#at": "at"],
            ])
        bed.tables.advance(milliseconds: 50_000)
        await TableUpkeep(bed.tables.service).round()
        #expect(try await Self.ids(bed) == ["a", "b"])
    }

    @Test func goesByTheAttributeThatIsInForce() async throws {
        let bed = try await Self.bed()
        let now = Self.seconds(bed)
        for number in 0..<30 {
            try await Self.put(
                bed, "\(number)", at: ["N": "\(now + 10)"],
                ["other": ["N": number < 15 ? "\(now + 10)" : "\(now + 1_000)"]])
        }
        try await bed.tables.ask("UpdateTimeToLive", Self.ttl("at", false))
        bed.tables.advance(milliseconds: 10_000)
        let upkeep = TableUpkeep(bed.tables.service, settings: .init(itemsAtOnce: 4))
        await upkeep.round()
        #expect(try await Self.ids(bed).count == 30)

        // As if no item had been looked at anew: what is noted still comes from `at`.
        let table = try #require(bed.tables.service.catalog.table(named: "tab"))
        try await bed.tables.ask("UpdateTimeToLive", Self.ttl("other"))
        try await Self.waitForNoting(bed)
        try await bed.tables.store.write { store in
            try store.visitItems(in: table.id, index: nil, range: .init(lower: [], upper: nil)) { item in
                try store.setExpiry(now + 10, ofItem: item.key, in: table.id)
                return true
            }
        }
        await upkeep.round()
        #expect(try await Self.ids(bed).count == 15)
        #expect(upkeep.expiredItems == 15)
    }

    @Test func notesExpiriesOfItemsThatAreThereAlready() async throws {
        let bed = try await StreamBed()
        try await Self.fill(bed, 1_200)
        try await bed.tables.ask("UpdateTimeToLive", Self.ttl("at"))
        try await Self.waitForNoting(bed)
        bed.tables.advance(milliseconds: 10_000)
        await TableUpkeep(bed.tables.service).round()
        #expect(try await Self.ids(bed) == [])
    }

    @Test func goesOnNotingExpiriesAfterARestart() async throws {
        let first = try await StreamBed()
        try await Self.fill(first, 3_000)
        // The writer is held up until the store takes no more: the first piece, which is asked for after that, is refused.
        let store = first.tables.store
        let hold = DispatchSemaphore(value: 0)
        store.write({ _ in hold.wait() }, completion: { _ in })
        let (answers, answer) = AsyncStream<Bool>.makeStream()
        first.tables.service.perform(
            ServiceRequest(
                service: "dynamodb", operation: "UpdateTimeToLive",
                parameters: ByteBuffer(bytes: try JSONSerialization.data(withJSONObject: Self.ttl("at"))),
                caller: .client(accessKey: nil))
        ) { result in
            answer.yield((try? result.get()) != nil)
            answer.finish()
        }
        async let closing: Void = store.close()
        while Self.takesWrites(store) { await Task.yield() }
        hold.signal()
        #expect(await answers.first { _ in true } == true)
        await closing
        #expect(first.tables.service.catalog.table(named: "tab")?.document.expiryNoting != nil)

        let second = try await StreamBed(nil, in: try await TableBed(path: first.tables.path))
        try await Self.waitForNoting(second)
        second.tables.advance(milliseconds: 10_000)
        await TableUpkeep(second.tables.service).round()
        #expect(try await Self.ids(second) == [])
        await second.tables.store.close()
    }

    /// Whether a write is not refused at once.
    private static func takesWrites(_ store: SQLiteTableStore) -> Bool {
        let isRefused = Mutex(false)
        store.write({ _ in }, completion: { result in if case .failure = result { isRefused.withLock { $0 = true } } })
        return isRefused.withLock { !$0 }
    }

    /// Items that all expire in ten seconds.
    private static func fill(_ bed: StreamBed, _ count: Int) async throws {
        let at = Self.seconds(bed) + 10
        try await withThrowingTaskGroup(of: Void.self) { group in
            for first in stride(from: 0, to: count, by: 25) {
                group.addTask {
                    let puts = (first..<(first + 25)).map {
                        ["PutRequest": ["Item": ["id": ["S": "\($0)"], "at": ["N": "\(at)"]]]]
                    }
                    try await bed.tables.ask("BatchWriteItem", ["RequestItems": ["tab": puts]])
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func leavesTablesAloneThatAreGone() async throws {
        let bed = try await Self.bed()
        try await Self.put(bed, "a", at: ["N": "\(Self.seconds(bed))"])
        let table = try #require(bed.tables.service.catalog.table(named: "tab"))
        try await bed.tables.ask("DeleteTable", ["TableName": "tab"])
        let upkeep = TableUpkeep(bed.tables.service)

        await #expect(throws: TableError.noResource) { try await upkeep.removeExpired(of: table) }
        bed.tables.service.catalog.set(table)
        await upkeep.round()
        #expect(upkeep.expiredItems == 0)
    }

    @Test func worksInRoundsUntilItIsStopped() async throws {
        let bed = try await Self.bed()
        let upkeep = TableUpkeep(bed.tables.service, settings: .init(interval: .milliseconds(1), itemsAtOnce: 1))
        upkeep.start()
        for number in 0..<5 { try await Self.put(bed, "\(number)", at: ["N": "\(Self.seconds(bed))"]) }
        while upkeep.expiredItems < 5 { await Task.yield() }
        await upkeep.stop()

        #expect(try await Self.ids(bed) == [])
        await bed.tables.store.close()
        await upkeep.stop()
    }
}

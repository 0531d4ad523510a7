import BrasaSQLite
import Testing

@testable import BrasaServices

/// Streams of tables that were removed, which can be read for another 24 hours.
@Suite(.timeLimit(.minutes(5))) struct RemovedStreamTests {
    private static let hour: Int64 = 3_600_000

    private static func listed(_ bed: StreamBed, _ parameters: [String: Any] = [:]) async throws -> [String] {
        try await bed.ask("ListStreams", parameters).list("Streams")?.compactMap { $0["StreamArn"] as? String } ?? []
    }

    @Test func endWithTheirTable() async throws {
        let bed = try await StreamBed()
        for number in 1...3 { try await bed.put("a", number) }
        let arn = try await bed.arn()
        let records = try await bed.all(arn)
        let latest = try await bed.iterator(arn, "LATEST")
        let middle = try await bed.iterator(arn, "AFTER_SEQUENCE_NUMBER", records[0].sequence)
        try await bed.tables.ask("DeleteTable", ["TableName": "tab"])

        let description = try await bed.description(arn)
        #expect(description["StreamStatus"] as? String == "DISABLED")
        #expect(description["TableName"] as? String == "tab")
        #expect(description["StreamViewType"] as? String == "NEW_AND_OLD_IMAGES")
        let shard = try #require((description["Shards"] as? [[String: Any]])?.first)
        #expect(
            shard["SequenceNumberRange"] as? [String: String]
                == [
                    "StartingSequenceNumber": "100000000000000000001",
                    "EndingSequenceNumber": "100000000000000000003",
                ])
        #expect(try await bed.all(arn) == records)
        // Whoever was reading reads on, and is told of the end.
        let page = try await bed.records(middle)
        #expect(page.records == Array(records.dropFirst()))
        #expect(page.next == nil)
        #expect(try await bed.records(latest).next == nil)
        #expect(try await Self.listed(bed) == [arn])
        #expect(try await Self.listed(bed, ["TableName": "tab"]) == [arn])
        #expect(try await Self.listed(bed, ["TableName": "other"]) == [])
        let refusal = try await bed.tables.refusal("DescribeTable", ["TableName": "tab"])
        #expect(refusal?.type == "ResourceNotFoundException")
    }

    @Test func standBesideThoseOfALaterTableOfTheName() async throws {
        let bed = try await StreamBed()
        try await bed.put("a", 1)
        let first = try await bed.arn()
        try await bed.tables.ask("DeleteTable", ["TableName": "tab"])
        // In the same millisecond.
        _ = try await StreamBed(in: bed.tables)
        try await bed.put("a", 2)
        let second = try await bed.arn()
        try await bed.tables.ask("DeleteTable", ["TableName": "tab"])
        let third = try await StreamBed(in: bed.tables)
        #expect(try await third.all().isEmpty)
        try await bed.setStream(nil)
        try await bed.setStream("KEYS_ONLY")
        let arns = try await Self.listed(bed)
        #expect(Set(arns).count == 4 && arns.starts(with: [first, second]))
        #expect(try await bed.all(first).map(\.new) == [1])
        #expect(try await bed.all(second).map(\.new) == [2])

        await bed.tables.store.close()
        let again = try await StreamBed(nil, in: try await TableBed(path: bed.tables.path))
        #expect(try await Self.listed(again) == arns)
        #expect(try await again.all(first).map(\.new) == [1])
        #expect(try await again.all(second).map(\.new) == [2])
        await again.tables.store.close()
    }

    @Test func areTrimmedAndGoAfterADay() async throws {
        let bed = try await StreamBed()
        let upkeep = TableUpkeep(bed.tables.service, settings: .init(recordsAtOnce: 2))
        for number in 1...5 { try await bed.put("a", number) }
        bed.tables.advance(milliseconds: Self.hour)
        for number in 6...7 { try await bed.put("a", number) }
        let arn = try await bed.arn()
        let records = try await bed.all(arn)
        try await bed.tables.ask("DeleteTable", ["TableName": "tab"])
        let table = try #require(bed.tables.service.catalog.removed().first)
        await upkeep.round()
        #expect(try await bed.all(arn) == records)

        bed.tables.advance(milliseconds: 23 * Self.hour + 1)
        await upkeep.round()
        let behind = try await bed.iterator(arn, "AFTER_SEQUENCE_NUMBER", records[4].sequence)
        #expect(try await bed.records(behind).records.map(\.new) == [6, 7])
        #expect(try await bed.all(arn).map(\.new) == [6, 7])
        let at: [String: Any] = [
            "StreamArn": arn, "ShardId": try await bed.shard(arn), "ShardIteratorType": "AT_SEQUENCE_NUMBER",
            "SequenceNumber": records[0].sequence,
        ]
        #expect(try await bed.refusal("GetShardIterator", at) == "TrimmedDataAccessException")
        #expect(upkeep.trimmedRecords == 5)

        bed.tables.advance(milliseconds: Self.hour - 2)
        let iterator = try await bed.iterator(arn)
        await upkeep.round()
        #expect(try await bed.all(arn).count == 2)
        bed.tables.advance(milliseconds: 1)
        // Also before anybody has cleared it away.
        for _ in 1...2 {
            #expect(try await bed.refusal("DescribeStream", ["StreamArn": arn]) == "ResourceNotFoundException")
            #expect(try await bed.refusal("GetRecords", ["ShardIterator": iterator]) == "ResourceNotFoundException")
            #expect(try await Self.listed(bed).isEmpty)
            await upkeep.round()
        }
        #expect(bed.tables.service.catalog.removed().isEmpty)
        #expect(try await bed.tables.store.read { try $0.removedTables() }.isEmpty)
        await #expect(throws: (any Error).self) {
            try await bed.tables.store.read { try $0.recordBounds(of: table.id) }
        }
    }

    @Test func areOnlyThereWhereThereWereSome() async throws {
        let bed = try await StreamBed()
        let first = try await bed.arn()
        try await bed.setStream(nil)
        bed.tables.advance(milliseconds: Self.hour)
        try await bed.setStream("KEYS_ONLY")
        try await bed.setStream(nil)
        bed.tables.advance(milliseconds: StreamBed.retention - Self.hour)
        try await bed.tables.ask("DeleteTable", ["TableName": "tab"])
        // The first of two was off for a day already.
        #expect(try await bed.refusal("DescribeStream", ["StreamArn": first]) == "ResourceNotFoundException")
        #expect(try await Self.listed(bed).count == 1)
        bed.tables.advance(milliseconds: Self.hour)
        #expect(try await Self.listed(bed).isEmpty)
        await TableUpkeep(bed.tables.service).round()

        _ = try await StreamBed(in: bed.tables)
        try await bed.setStream(nil)
        bed.tables.advance(milliseconds: StreamBed.retention)
        try await bed.tables.ask("DeleteTable", ["TableName": "tab"])
        #expect(bed.tables.service.catalog.removed().isEmpty)
        #expect(try await bed.tables.store.read { try $0.removedTables() }.isEmpty)
    }
}

import Testing

@testable import BrasaServices

/// Records of changes that are older than 24 hours.
@Suite(.timeLimit(.minutes(5))) struct StreamTrimTests {
    private static let hour: Int64 = 3_600_000

    @Test func trimsRecordsAfterADay() async throws {
        let bed = try await StreamBed()
        let upkeep = TableUpkeep(bed.tables.service, settings: .init(recordsAtOnce: 2))
        for number in 1...5 { try await bed.put("a", number) }
        let arn = try await bed.arn()
        let sequences = try await bed.all().map(\.sequence)
        bed.tables.advance(milliseconds: Self.hour)
        for number in 6...8 { try await bed.put("a", number) }

        bed.tables.advance(milliseconds: 23 * Self.hour)
        await upkeep.round()
        #expect(try await bed.all().count == 8)
        let horizon = try await bed.iterator(arn)
        let behind = try await bed.iterator(arn, "AFTER_SEQUENCE_NUMBER", sequences[2])
        let atEdge = try await bed.iterator(arn, "AFTER_SEQUENCE_NUMBER", sequences[4])
        bed.tables.advance(milliseconds: 1)
        await upkeep.round()

        #expect(try await bed.records(horizon).records.map(\.new) == [6, 7, 8])
        #expect(try await bed.records(atEdge).records.map(\.new) == [6, 7, 8])
        #expect(try await bed.refusal("GetRecords", ["ShardIterator": behind]) == "TrimmedDataAccessException")
        let at: [String: Any] = [
            "StreamArn": arn, "ShardId": try await bed.shard(arn), "ShardIteratorType": "AT_SEQUENCE_NUMBER",
            "SequenceNumber": sequences[2],
        ]
        #expect(try await bed.refusal("GetShardIterator", at) == "TrimmedDataAccessException")
    }

    @Test func givesNoNumberTwiceWhenAllRecordsAreTrimmed() async throws {
        let bed = try await StreamBed()
        let upkeep = TableUpkeep(bed.tables.service)
        for number in 1...3 { try await bed.put("a", number) }
        let latest = try await bed.all().map(\.sequence).max()
        bed.tables.advance(milliseconds: StreamBed.retention + 1)
        await upkeep.round()
        #expect(try await bed.all().isEmpty)

        let arn = try await bed.arn()
        let end = try await bed.iterator(arn, "LATEST")
        #expect(try await bed.records(end).records.isEmpty)
        try await bed.put("a", 4)
        let records = try await bed.records(end).records
        #expect(records.map(\.new) == [4])
        #expect(records[0].sequence > (latest ?? ""))
    }

    @Test func beginsAStreamBehindTheNumbersOfOneThatWasTrimmed() async throws {
        let bed = try await StreamBed()
        let upkeep = TableUpkeep(bed.tables.service)
        for number in 1...3 { try await bed.put("a", number) }
        let first = try await bed.arn()
        try await bed.setStream(nil)
        bed.tables.advance(milliseconds: StreamBed.retention)
        await upkeep.round()
        bed.tables.advance(milliseconds: 1)
        await upkeep.round()
        #expect(bed.tables.service.catalog.table(named: "tab")?.document.streams.isEmpty == true)
        let table = try await bed.tables.ask("DescribeTable", ["TableName": "tab"]).members("Table")
        #expect(table?["LatestStreamArn"] == nil)

        try await bed.setStream("NEW_IMAGE")
        let second = try await bed.arn()
        #expect(second != first)
        let shard = try #require((try await bed.description(second)["Shards"] as? [[String: Any]])?.first)
        #expect(
            shard["SequenceNumberRange"] as? [String: String] == ["StartingSequenceNumber": "100000000000000000004"])
        // Numbers that were another stream's are not this one's, whoever asks for them.
        let at: [String: Any] = [
            "StreamArn": second, "ShardId": try await bed.shard(second), "ShardIteratorType": "AT_SEQUENCE_NUMBER",
            "SequenceNumber": "100000000000000000003",
        ]
        #expect(try await bed.refusal("GetShardIterator", at) == "ValidationException")
        try await bed.put("a", 4)
        #expect(try await bed.all().map(\.new) == [4])
    }

    @Test func readsAStreamThatIsOffWhileItsFirstRecordsAreTrimmed() async throws {
        let bed = try await StreamBed()
        let upkeep = TableUpkeep(bed.tables.service)
        try await bed.put("a", 1)
        bed.tables.advance(milliseconds: Self.hour)
        try await bed.put("a", 2)
        let arn = try await bed.arn()
        try await bed.setStream(nil)
        bed.tables.advance(milliseconds: 23 * Self.hour + 1)
        await upkeep.round()

        #expect(try await bed.all(arn).map(\.new) == [2])
        let page = try await bed.records(try await bed.iterator(arn))
        #expect(page.next == nil)
    }
}

import BrasaSQLite
import Testing

@testable import BrasaServices

@Suite(.timeLimit(.minutes(5))) struct StreamLifeTests {
    @Test func endsAStreamThatIsSwitchedOff() async throws {
        let bed = try await StreamBed()
        for number in 1...3 { try await bed.put("a", number) }
        let arn = try await bed.arn()
        let open = try await bed.iterator(arn, "LATEST")
        try await bed.setStream(nil)
        try await bed.put("a", 4)

        let description = try await bed.description(arn)
        #expect(description["StreamStatus"] as? String == "DISABLED")
        let shard = try #require((description["Shards"] as? [[String: Any]])?.first)
        #expect(
            shard["SequenceNumberRange"] as? [String: String]
                == [
                    "StartingSequenceNumber": "100000000000000000001",
                    "EndingSequenceNumber": "100000000000000000003",
                ])
        let first = try await bed.records(try await bed.iterator(arn), limit: 2)
        let last = try await bed.records(try #require(first.next), limit: 2)
        #expect(first.records.map(\.new) + last.records.map(\.new) == [1, 2, 3])
        #expect(last.next == nil)
        #expect(try await bed.records(open).next == nil)

        bed.tables.advance(milliseconds: StreamBed.retention - 1)
        #expect(try await bed.all(arn).count == 3)
        bed.tables.advance(milliseconds: 1)
        #expect(try await bed.refusal("DescribeStream", ["StreamArn": arn]) == "ResourceNotFoundException")
        #expect(try await bed.ask("ListStreams").list("Streams")?.isEmpty == true)
    }

    @Test func keepsTheRecordsOfTwoStreamsApart() async throws {
        let bed = try await StreamBed("NEW_IMAGE")
        try await bed.put("a", 1)
        let first = try await bed.arn()
        try await bed.setStream(nil)
        try await bed.put("a", 2)
        try await bed.setStream("KEYS_ONLY")
        let second = try await bed.arn()
        try await bed.put("a", 3)
        try await bed.put("a", nil)

        #expect(first != second)
        #expect(try await bed.all(first).map(\.new) == [1])
        #expect(try await bed.all(second).map(\.name) == ["MODIFY", "REMOVE"])
        let streams = try await bed.ask("ListStreams", ["TableName": "tab"]).list("Streams")
        #expect(streams?.map { $0["StreamArn"] as? String } == [first, second])
        let page = try await bed.ask("ListStreams", ["Limit": 1])
        #expect(page["LastEvaluatedStreamArn"] as? String == first)
        let next = try await bed.ask("ListStreams", ["Limit": 1, "ExclusiveStartStreamArn": first])
        #expect(next.list("Streams")?.map { $0["StreamArn"] as? String } == [second])
        #expect(next["LastEvaluatedStreamArn"] == nil)
        #expect(try await bed.ask("ListStreams", ["TableName": "nobody"]).list("Streams")?.isEmpty == true)
    }

    @Test func showsShardsOnce() async throws {
        let bed = try await StreamBed()
        let arn = try await bed.arn()
        let shard = try await bed.shard(arn)
        for parameters: [String: Any] in [
            ["ExclusiveStartShardId": shard], ["ShardFilter": ["Type": "CHILD_SHARDS", "ShardId": shard]],
        ] {
            let answer = try await bed.ask("DescribeStream", parameters.merging(["StreamArn": arn]) { $1 })
            #expect((answer.members("StreamDescription")?["Shards"] as? [Any])?.isEmpty == true)
        }
    }

    @Test func goesOnAfterARestart() async throws {
        let first = try await StreamBed()
        try await first.put("a", 1)
        let iterator = try await first.iterator(try await first.arn(), "LATEST")
        let records = try await first.all()
        await first.tables.store.close()

        let second = try await StreamBed(nil, in: try await TableBed(path: first.tables.path))
        #expect(try await second.all() == records)
        try await second.put("a", 2)
        #expect(try await second.records(iterator).records.map(\.new) == [2])
        await second.tables.store.close()
    }

    @Test func isReadInTheHostToo() async throws {
        let bed = try await StreamBed()
        for number in 1...3 { try await bed.put("a", number) }
        let arn = try await bed.arn()
        func read(_ position: StreamPosition, _ limit: StreamPage.Limit) async throws -> StreamPage {
            try await withCheckedThrowingContinuation { continuation in
                bed.streams.read(arn, from: position, limit: limit) { continuation.resume(with: $0) }
            }
        }

        let first = try await read(.oldest, .init(records: 2))
        #expect(first.records.map(\.sequence) == [1, 2])
        #expect(first.next == .after(2))
        let second = try await read(try #require(first.next), .init(bytes: 1))
        #expect(second.records.map(\.kind) == [.modify])
        #expect(second.next == .after(3))
        #expect(try await read(.after(3), .init()).next == .after(3))
    }
}

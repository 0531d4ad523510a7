import Foundation
import Testing

@testable import BrasaTables

@Suite struct StreamRequestTests {
    private static let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/abc/stream/2026-11-21T20:00:00.000"
    private static let shard = "shardId-00000001795291200000-0123abcd"

    /// An iterator's request with more members.
    private static func iterator(_ rest: String) -> String {
        #"{"StreamArn":"\#(arn)","ShardId":"\#(shard)"\#(rest)}"#
    }

    @Test(arguments: [
        ("", GetShardIteratorRequest.Place.trimHorizon, "TRIM_HORIZON"),
        ("", .latest, "LATEST"),
        (#","SequenceNumber":"100000000000000000007""#, .at("100000000000000000007"), "AT_SEQUENCE_NUMBER"),
        (#","SequenceNumber":"100000000000000000007""#, .after("100000000000000000007"), "AFTER_SEQUENCE_NUMBER"),
    ])
    func readsPlaces(rest: String, place: GetShardIteratorRequest.Place, type: String) throws {
        let body = Self.iterator(#","ShardIteratorType":"\#(type)"\#(rest)"#)
        let request = try reading(body) { body throws(TableError) in try GetShardIteratorRequest(body) }
        #expect(request.place == place)
        #expect(request.streamARN == Self.arn)
        #expect(request.shardID == Self.shard)
    }

    @Test(arguments: [
        (
            "{}",
            "3 validation errors detected: Value null at 'streamArn' failed to satisfy constraint: Member must not be null; Value null at 'shardId' failed to satisfy constraint: Member must not be null; Value null at 'shardIteratorType' failed to satisfy constraint: Member must not be null"
        ),
        (
            Self.iterator(#","ShardIteratorType":"FIRST""#),
            "1 validation error detected: Value 'FIRST' at 'shardIteratorType' failed to satisfy constraint: Member must satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, AT_SEQUENCE_NUMBER, TRIM_HORIZON]"
        ),
        (
            Self.iterator(#","ShardIteratorType":"AT_SEQUENCE_NUMBER","SequenceNumber":"1""#),
            "1 validation error detected: Value '1' at 'sequenceNumber' failed to satisfy constraint: Member must have length greater than or equal to 21"
        ),
        (
            Self.iterator(#","ShardIteratorType":"AT_SEQUENCE_NUMBER""#),
            "SequenceNumber must be given with ShardIteratorType AT_SEQUENCE_NUMBER"
        ),
        (
            Self.iterator(#","ShardIteratorType":"LATEST","SequenceNumber":"100000000000000000007""#),
            "SequenceNumber can only be given with AT_SEQUENCE_NUMBER and AFTER_SEQUENCE_NUMBER"
        ),
    ])
    func refusesIterators(body: String, message: String) {
        #expect(refusal(body) { body throws(TableError) in try GetShardIteratorRequest(body) } == message)
    }

    @Test(arguments: [
        (
            "{}",
            "1 validation error detected: Value null at 'shardIterator' failed to satisfy constraint: Member must not be null"
        ),
        (
            #"{"ShardIterator":"x","Limit":1001}"#,
            "1 validation error detected: Value '1001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 1000"
        ),
        (
            #"{"ShardIterator":"","Limit":0}"#,
            "2 validation errors detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1; Value '' at 'shardIterator' failed to satisfy constraint: Member must have length greater than or equal to 1"
        ),
    ])
    func refusesReads(body: String, message: String) {
        #expect(refusal(body) { body throws(TableError) in try GetRecordsRequest(body) } == message)
    }

    @Test func hasDefaults() throws {
        let read = try reading(#"{"ShardIterator":"x"}"#) { body throws(TableError) in try GetRecordsRequest(body) }
        #expect(read.limit == 1_000)
        let list = try reading("{}") { body throws(TableError) in try ListStreamsRequest(body) }
        #expect(list.limit == 100)
        #expect(list.tableName == nil)
        let describe = try reading(#"{"StreamArn":"\#(Self.arn)"}"#) { body throws(TableError) in
            try DescribeStreamRequest(body)
        }
        #expect(describe.limit == 100)
        #expect(describe.parentShardID == nil)
    }

    @Test func readsTheFilterOfShards() throws {
        let body = #"{"StreamArn":"\#(Self.arn)","ShardFilter":{"Type":"CHILD_SHARDS","ShardId":"\#(Self.shard)"}}"#
        let request = try reading(body) { body throws(TableError) in try DescribeStreamRequest(body) }
        #expect(request.parentShardID == Self.shard)
        let other = body.replacingOccurrences(of: "CHILD_SHARDS", with: "ALL")
        #expect(
            refusal(other) { body throws(TableError) in try DescribeStreamRequest(body) }
                == "1 validation error detected: Value 'ALL' at 'shardFilter.type' failed to satisfy constraint: Member must satisfy enum value set: [CHILD_SHARDS]"
        )
    }
}

import BrasaModel
import Foundation
import NIOCore
import Testing

@testable import BrasaServices

/// A table `tab` with a stream, in a bed of its own.
struct StreamBed: Sendable {
    static let retention = TableStreams.retentionMilliseconds

    let tables: TableBed
    let streams: TableStreams
    private let service: StreamService

    /// - Parameter view: nil makes no stream, and no table.
    init(_ view: String? = "NEW_AND_OLD_IMAGES", in tables: TableBed? = nil) async throws {
        if let tables { self.tables = tables } else { self.tables = try await TableBed() }
        self.streams = TableStreams(self.tables.service)
        self.service = StreamService(self.streams)
        if let view {
            try await self.tables.ask(
                "CreateTable",
                [
                    "TableName": "tab", "BillingMode": "PAY_PER_REQUEST",
                    "AttributeDefinitions": [["AttributeName": "id", "AttributeType": "S"]],
                    "KeySchema": [["AttributeName": "id", "KeyType": "HASH"]],
                    "StreamSpecification": ["StreamEnabled": true, "StreamViewType": view],
                ])
        }
    }

    @discardableResult
    func ask(_ operation: String, _ parameters: [String: Any] = [:]) async throws -> Members {
        let body = try JSONSerialization.data(withJSONObject: parameters)
        let request = ServiceRequest(
            service: "streams.dynamodb", operation: operation, parameters: ByteBuffer(bytes: body),
            caller: .client(accessKey: nil))
        let result = await withCheckedContinuation { continuation in
            self.service.perform(request) { continuation.resume(returning: $0) }
        }
        return try Members(
            result.mapError { TableBed.Refusal(type: $0.type, message: $0.message) }.get().result)
    }

    /// The type of the refusal of a request; nil when it is done.
    func refusal(_ operation: String, _ parameters: [String: Any]) async throws -> String? {
        do {
            try await self.ask(operation, parameters)
            return nil
        } catch let refusal as TableBed.Refusal {
            return refusal.type
        }
    }

    /// Puts an item with a number; nil: deletes it.
    func put(_ id: String, _ number: Int?) async throws {
        if let number {
            try await self.tables.ask(
                "PutItem", ["TableName": "tab", "Item": ["id": ["S": id], "n": ["N": "\(number)"]]])
        } else {
            try await self.tables.ask("DeleteItem", ["TableName": "tab", "Key": ["id": ["S": id]]])
        }
    }

    /// Switches the stream of the table on or off.
    func setStream(_ view: String?) async throws {
        var specification: [String: Any] = ["StreamEnabled": view != nil]
        specification["StreamViewType"] = view
        try await self.tables.ask("UpdateTable", ["TableName": "tab", "StreamSpecification": specification])
    }

    /// The full name of the table's newest stream.
    func arn() async throws -> String {
        let table = try await self.tables.ask("DescribeTable", ["TableName": "tab"])
        return try #require(table.members("Table")?["LatestStreamArn"] as? String)
    }

    func description(_ arn: String) async throws -> [String: Any] {
        try #require(try await self.ask("DescribeStream", ["StreamArn": arn]).members("StreamDescription"))
    }

    func shard(_ arn: String) async throws -> String {
        let shards = try #require(try await self.description(arn)["Shards"] as? [[String: Any]])
        #expect(shards.count == 1)
        return try #require(shards.first?["ShardId"] as? String)
    }

    func iterator(_ arn: String, _ type: String = "TRIM_HORIZON", _ sequence: String? = nil) async throws -> String {
        var parameters: [String: Any] = [
            "StreamArn": arn, "ShardId": try await self.shard(arn), "ShardIteratorType": type,
        ]
        parameters["SequenceNumber"] = sequence
        return try #require(try await self.ask("GetShardIterator", parameters)["ShardIterator"] as? String)
    }

    /// One page of records, and the iterator of the next.
    func records(_ iterator: String, limit: Int? = nil) async throws -> (records: [Change], next: String?) {
        var parameters: [String: Any] = ["ShardIterator": iterator]
        parameters["Limit"] = limit
        let page = try await self.ask("GetRecords", parameters)
        return (try #require(page.list("Records")).map { try Change($0) }, page["NextShardIterator"] as? String)
    }

    /// The records of a stream from its oldest on.
    func all(_ arn: String? = nil) async throws -> [Change] {
        let arn = if let arn { arn } else { try await self.arn() }
        var records: [Change] = []
        var iterator: String? = try await self.iterator(arn)
        while let current = iterator {
            let page = try await self.records(current)
            records += page.records
            guard !page.records.isEmpty else { break }
            iterator = page.next
        }
        return records
    }

    /// One record, as far as tests look at it.
    struct Change: Hashable, Sendable {
        let name: String
        let id: String
        let old: Int?
        let new: Int?
        let hasOld: Bool
        let hasNew: Bool
        let sequence: String
        let eventID: String
        let isExpiry: Bool

        init(_ record: [String: Any]) throws {
            let change = try #require(record["dynamodb"] as? [String: Any])
            func number(_ image: String) -> Int? {
                let attributes = change[image] as? [String: [String: String]]
                return attributes?["n"]?["N"].flatMap { Int($0) }
            }
            self.name = try #require(record["eventName"] as? String)
            self.id = try #require((change["Keys"] as? [String: [String: String]])?["id"]?["S"])
            self.old = number("OldImage")
            self.new = number("NewImage")
            self.hasOld = change["OldImage"] != nil
            self.hasNew = change["NewImage"] != nil
            self.sequence = try #require(change["SequenceNumber"] as? String)
            self.eventID = try #require(record["eventID"] as? String)
            let identity = record["userIdentity"] as? [String: String]
            self.isExpiry = identity == ["PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"]
        }
    }
}

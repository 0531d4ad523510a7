import BrasaTesting
import Foundation
import Testing

@testable import BrasaServices

@Suite(.timeLimit(.minutes(5))) struct StreamTests {
    @Test(arguments: ["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"])
    func tellsWhatEachViewShows(view: String) async throws {
        let bed = try await StreamBed(view)
        try await bed.put("a", 1)
        try await bed.put("a", 2)
        try await bed.put("a", nil)

        let records = try await bed.all()
        let showsOld = view == "OLD_IMAGE" || view == "NEW_AND_OLD_IMAGES"
        let showsNew = view == "NEW_IMAGE" || view == "NEW_AND_OLD_IMAGES"
        #expect(records.map(\.name) == ["INSERT", "MODIFY", "REMOVE"])
        #expect(records.map(\.old) == [nil, showsOld ? 1 : nil, showsOld ? 2 : nil])
        #expect(records.map(\.new) == [showsNew ? 1 : nil, showsNew ? 2 : nil, nil])
        #expect(records.map(\.hasOld) == [false, showsOld, showsOld])
        #expect(records.map(\.hasNew) == [showsNew, showsNew, false])
        #expect(Set(records.map(\.eventID)).count == 3)
        #expect(try await bed.all() == records)
    }

    @Test func writesRecordsAsTheAPIHasThem() async throws {
        let bed = try await StreamBed("NEW_IMAGE")
        try await bed.put("a", 12)

        let iterator = try await bed.iterator(try await bed.arn())
        let page = try await bed.ask("GetRecords", ["ShardIterator": iterator])
        let record = try #require(page.list("Records")?.first)
        #expect(
            Set(record.keys) == ["eventID", "eventName", "eventVersion", "eventSource", "awsRegion", "dynamodb"])
        #expect(record["eventVersion"] as? String == "1.1")
        #expect(record["eventSource"] as? String == "aws:dynamodb")
        #expect(record["awsRegion"] as? String == "us-east-1")
        let change = try #require(record["dynamodb"] as? [String: Any])
        #expect(change["ApproximateCreationDateTime"] as? Int == Int(bed.tables.milliseconds / 1_000))
        #expect(change["StreamViewType"] as? String == "NEW_IMAGE")
        // id + a, and then id + a + n + two digits, which are a byte and one.
        #expect(change["SizeBytes"] as? Int == 3 + 6)
        #expect((change["SequenceNumber"] as? String)?.utf8.count == 21)
    }

    @Test func hasNoRecordOfAWriteThatChangesNothing() async throws {
        let bed = try await StreamBed()
        try await bed.put("a", 1)
        try await bed.put("a", 1)
        try await bed.put("nobody", nil)
        let update: [String: Any] = [
            "TableName": "tab", "Key": ["id": ["S": "a"]], "UpdateExpression": "SET n = :n",
            "ExpressionAttributeValues": [":n": ["N": "1"]],
        ]
        try await bed.tables.ask("UpdateItem", update)
        var refused = update
        refused["ConditionExpression"] = "attribute_not_exists(id)"
        #expect(try await bed.tables.refusal("UpdateItem", refused)?.type == "ConditionalCheckFailedException")

        #expect(try await bed.all().map(\.name) == ["INSERT"])
    }

    @Test func keepsTheOrderOfEachKeyUnderConcurrentWriters() async throws {
        let bed = try await StreamBed()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    for number in 1...40 {
                        try await bed.tables.ask(
                            "UpdateItem",
                            [
                                "TableName": "tab", "Key": ["id": ["S": "k\((writer + number) % 5)"]],
                                "UpdateExpression": "ADD n :one", "ExpressionAttributeValues": [":one": ["N": "1"]],
                            ])
                    }
                }
            }
            try await group.waitForAll()
        }

        let records = try await bed.all()
        #expect(records.count == 320)
        #expect(records.map(\.sequence) == records.map(\.sequence).sorted())
        #expect(Set(records.map(\.sequence)).count == 320)
        for key in 0..<5 {
            let own = records.filter { $0.id == "k\(key)" }
            #expect(own.map(\.new) == (1...64).map { $0 })
            #expect(own.dropFirst().map(\.old) == own.dropLast().map(\.new))
        }
    }

    @Test func beginsWhereAnIteratorSays() async throws {
        let bed = try await StreamBed()
        for number in 1...5 { try await bed.put("a", number) }
        let arn = try await bed.arn()
        let sequences = try await bed.all().map(\.sequence)

        func numbers(_ iterator: String) async throws -> [Int?] {
            try await bed.records(iterator).records.map(\.new)
        }
        #expect(try await numbers(try await bed.iterator(arn)) == [1, 2, 3, 4, 5])
        #expect(try await numbers(try await bed.iterator(arn, "AT_SEQUENCE_NUMBER", sequences[2])) == [3, 4, 5])
        #expect(try await numbers(try await bed.iterator(arn, "AFTER_SEQUENCE_NUMBER", sequences[2])) == [4, 5])
        let latest = try await bed.iterator(arn, "LATEST")
        #expect(try await numbers(latest) == [])
        try await bed.put("a", 6)
        #expect(try await numbers(latest) == [6])

        var pages: [[Int?]] = []
        var iterator: String? = try await bed.iterator(arn)
        for _ in 0..<4 {
            let page = try await bed.records(try #require(iterator), limit: 2)
            pages.append(page.records.map(\.new))
            iterator = page.next
        }
        #expect(pages == [[1, 2], [3, 4], [5, 6], []])
    }

    @Test func refusesIteratorsThatItDidNotGive() async throws {
        let bed = try await StreamBed()
        try await bed.put("a", 1)
        let arn = try await bed.arn()
        let iterator = try await bed.iterator(arn)
        let tail = try #require(iterator.split(separator: "|").last.map(String.init))
        let other = Data("0 0 0000000000000000".utf8).base64EncodedString()
        for text in ["x", arn, "\(arn)|1|", "\(arn)|1|\(other)", "\(arn)|2|\(tail)", "\(arn)|1|\(tail)x"] {
            #expect(try await bed.refusal("GetRecords", ["ShardIterator": text]) == "ValidationException", "\(text)")
        }
        let missing = arn.replacingOccurrences(of: "table/tab/", with: "table/u/")
        #expect(
            try await bed.refusal("GetRecords", ["ShardIterator": "\(missing)|1|\(tail)"])
                == "ResourceNotFoundException")

        bed.tables.advance(milliseconds: 899_999)
        #expect(try await bed.records(iterator).records.count == 1)
        bed.tables.advance(milliseconds: 1)
        #expect(try await bed.refusal("GetRecords", ["ShardIterator": iterator]) == "ExpiredIteratorException")
    }

    @Test(arguments: [Int64.min, -1]) func refusesIteratorsOfTimesThatNeverWere(issued: Int64) async throws {
        let bed = try await StreamBed()
        let arn = try await bed.arn()
        // Whoever knows the source can make one.
        let stream = try bed.streams.stream(arn)
        let forged = ShardIterator(.oldest, issuedAtMilliseconds: issued).text(for: stream)
        #expect(try await bed.refusal("GetRecords", ["ShardIterator": forged]) == "ValidationException")
    }

    /// The bits of the last letter that base64 has no use for.
    @Test func refusesIteratorsThatAreSpeltInAnotherWay() async throws {
        let bed = try await StreamBed()
        let arn = try await bed.arn()
        let stream = try bed.streams.stream(arn)
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var spellings = 0
        // Texts of all three lengths that base64 fills up differently.
        for sequence: Int64 in [1, 10, 100] {
            let text = ShardIterator(.after(sequence), issuedAtMilliseconds: bed.tables.milliseconds).text(for: stream)
            #expect(try await bed.refusal("GetRecords", ["ShardIterator": text]) == nil)
            let padding = text.reversed().prefix { $0 == "=" }.count
            let body = text.dropLast(padding)
            let last = try #require(body.last.flatMap { letters.firstIndex(of: $0) })
            for other in 0..<64 where other != last && other >> (2 * padding) == last >> (2 * padding) {
                let changed = body.dropLast() + String(letters[other]) + String(repeating: "=", count: padding)
                spellings += 1
                #expect(
                    try await bed.refusal("GetRecords", ["ShardIterator": String(changed)]) == "ValidationException",
                    "\(changed)")
            }
        }
        #expect(spellings == 3 + 15)
    }

    @Test func refusesIteratorsThatWereChangedAnywhere() async throws {
        let bed = try await StreamBed()
        try await bed.put("a", 1)
        let iterator = Array(try await bed.iterator(try await bed.arn(), "LATEST").utf8)
        var random = SeededRandom(seed: 15)
        for _ in 0..<500 {
            var changed = iterator
            switch Int.random(in: 0..<3, using: &random) {
            case 0: changed[Int.random(in: 0..<changed.count, using: &random)] = .random(in: 32..<127, using: &random)
            case 1: changed.remove(at: Int.random(in: 0..<changed.count, using: &random))
            default: changed.removeLast(Int.random(in: 1..<changed.count, using: &random))
            }
            guard changed != iterator else { continue }
            let text = String(decoding: changed, as: UTF8.self)
            let type = try await bed.refusal("GetRecords", ["ShardIterator": text])
            #expect(type == "ValidationException" || type == "ResourceNotFoundException", "\(text)")
        }
    }

    @Test func refusesRequestsThatBreakTheRules() async throws {
        let bed = try await StreamBed()
        try await bed.put("a", 1)
        let arn = try await bed.arn()
        let shard = try await bed.shard(arn)
        let at: [String: Any] = ["StreamArn": arn, "ShardId": shard, "ShardIteratorType": "AT_SEQUENCE_NUMBER"]
        func type(_ operation: String, _ parameters: [String: Any]) async throws -> String? {
            try await bed.refusal(operation, parameters)
        }

        #expect(try await type("GetRecords", [:]) == "ValidationException")
        let iterator = try await bed.iterator(arn)
        for limit in [0, 1_001] {
            #expect(
                try await type("GetRecords", ["ShardIterator": iterator, "Limit": limit]) == "ValidationException")
        }
        #expect(try await type("GetShardIterator", at) == "ValidationException")
        for number in ["1", "900000000000000000000", "100000000000000000003", "10000000000000000000x"] {
            #expect(
                try await type("GetShardIterator", at.merging(["SequenceNumber": number]) { $1 })
                    == "ValidationException", "\(number)")
        }
        var elsewhere = at
        elsewhere["ShardId"] = "shardId-00000000000000000000-12345678"
        elsewhere["SequenceNumber"] = "100000000000000000001"
        #expect(try await type("GetShardIterator", elsewhere) == "ResourceNotFoundException")
        #expect(try await type("DescribeStream", ["StreamArn": arn + "x"]) == "ResourceNotFoundException")
        #expect(try await type("DescribeStream", ["StreamArn": "short"]) == "ValidationException")
        #expect(try await type("PutRecords", [:]) == "UnknownOperationException")
    }

    @Test func givesAtMostAMegabyteAtOnce() async throws {
        let bed = try await StreamBed()
        let text = String(repeating: "x", count: 300_000)
        for number in 0..<5 {
            try await bed.tables.ask(
                "PutItem",
                ["TableName": "tab", "Item": ["id": ["S": "a"], "n": ["N": "\(number)"], "text": ["S": text]]])
        }
        var counts: [Int] = []
        var iterator = try await bed.iterator(try await bed.arn())
        for _ in 0..<4 {
            let page = try await bed.records(iterator)
            counts.append(page.records.count)
            iterator = try #require(page.next)
        }
        // The first has one image, the others two.
        #expect(counts == [2, 1, 1, 1])
    }
}

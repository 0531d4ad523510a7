import BlockingTests
import BrasaModel
import BrasaTesting
import Foundation
import Synchronization
import Testing

/// A host that stops, or is killed, while its tables are written.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct TableStopTests {
    private static let writers = 4

    /// How many items of each writer were acknowledged.
    private final class Acknowledged: Sendable {
        private let counts = Mutex([Int](repeating: 0, count: TableStopTests.writers))
        private let ended = Mutex(0)

        var all: [Int] { self.counts.withLock { $0 } }
        var hasEnded: Bool { self.ended.withLock { $0 == TableStopTests.writers } }

        func note(_ writer: Int) {
            self.counts.withLock { $0[writer] += 1 }
        }

        func end() {
            self.ended.withLock { $0 += 1 }
        }
    }

    /// Puts items of its own, two with each transaction, until the host answers no more.
    private static func write(_ writer: Int, _ control: HTTPProbe, _ acknowledged: Acknowledged) {
        defer { acknowledged.end() }
        for number in 0... {
            let puts = ["a", "b"].map {
                #"{"Put":{"TableName":"busy","Item":{"id":{"S":"\#($0)\#(writer)"},"n":{"N":"\#(number)"}}}}"#
            }
            let reply = try? control.call(
                "POST", "/", headers: [("x-amz-target", "DynamoDB_20120810.TransactWriteItems")],
                body: #"{"TransactItems":[\#(puts.joined(separator: ","))]}"#)
            guard let reply, reply.status == 200 else { return }
            acknowledged.note(writer)
        }
    }

    private static func count(_ id: String, _ host: RunningHost) throws -> Int {
        struct Page: Decodable { let Count: Int }
        let answer = try host.tables(
            .http, "Query",
            #"{"TableName":"busy","KeyConditionExpression":"id = :i","ExpressionAttributeValues":{":i":{"S":"\#(id)"}},"Select":"COUNT"}"#
        )
        return try JSONDecoder().decode(Page.self, from: Data(answer.utf8)).Count
    }

    @Test(arguments: ["stop", "kill"])
    func keepsWhatItHasAcknowledged(way: String) throws {
        try withHost(HostSetup(hasNeighbour: false)) { host in
            _ = try host.tables(.http, "CreateTable", TableCase.table.expanded(table: "busy"))
            let acknowledged = Acknowledged()
            let control = host.control
            for writer in 0..<Self.writers {
                BlockingThread.start { Self.write(writer, control, acknowledged) }
            }
            try waitUntil("some items of each writer") { acknowledged.all.allSatisfy { $0 > 30 } }
            if way == "stop" { try host.stop() } else { host.kill() }
            try waitUntil("the writers to end") { acknowledged.hasEnded }

            try host.start()
            for (writer, count) in acknowledged.all.enumerated() {
                let (a, b) = (try Self.count("a\(writer)", host), try Self.count("b\(writer)", host))
                #expect(a == b, "a transaction is there as a whole")
                // The last one may have been done without an answer.
                #expect(count...count + 1 ~= a)
            }
        }
    }

    @Test func fillsAnIndexAlsoWhenItIsKilledTimeAndAgain() throws {
        try withHost(HostSetup(hasNeighbour: false)) { host in
            _ = try host.tables(.http, "CreateTable", TableCase.table.expanded(table: "busy"))
            for first in stride(from: 0, to: 3_000, by: 25) {
                let puts = (first..<first + 25).map {
                    #"{"PutRequest":{"Item":{"id":{"S":"\#($0)"},"n":{"N":"1"},"g":{"S":"all"},"v":{"S":"<x*500>"}}}}"#
                        .expanded(table: "busy")
                }
                let answer = try host.tables(
                    .http, "BatchWriteItem", #"{"RequestItems":{"busy":[\#(puts.joined(separator: ","))]}}"#)
                #expect(answer == #"{"UnprocessedItems":{}}"#)
            }
            let answer = try host.tables(
                .http, "UpdateTable",
                #"{"TableName":"busy","AttributeDefinitions":[{"AttributeName":"g","AttributeType":"S"}],"GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"by-g","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}}]}"#
            )
            #expect(answer.contains(#""IndexStatus":"CREATING""#))
            for _ in 0..<3 {
                host.kill()
                try host.start()
            }
            try waitUntil("the index to be filled") {
                try host.tables(.http, "DescribeTable", #"{"TableName":"busy"}"#).contains(#""IndexStatus":"ACTIVE""#)
            }

            let found = try host.tables(
                .http, "Query",
                #"{"TableName":"busy","IndexName":"by-g","KeyConditionExpression":"g = :g","ExpressionAttributeValues":{":g":{"S":"all"}},"Select":"COUNT"}"#
            )
            #expect(found == #"{"Count":3000,"ScannedCount":3000}"#)
        }
    }
}

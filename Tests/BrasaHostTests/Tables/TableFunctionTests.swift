import BlockingTests
import BrasaModel
import BrasaTesting
import Foundation
import Glibc
import Testing

/// Functions in C and Swift that live on tables: with the headers and the typed client, many at once, and to a bad end.
@Suite(.blocking, .serialized, .timeLimit(.minutes(15)))
struct TableFunctionTests {
    private static let functions = ["tables-c", "tables-swift"]
    private static let table = #"{"TableName":"$T","#
    private static let transcript = """
        put: 
        put again: ConditionalCheckFailedException
        conflict: 1
        item 3 Zoë 😀 12345678901234567890123456789012345678 3 bytes 1 Rua "A"
         two
        missing: 1
        item 1 Grace 12345678901234567890123456789012345678 3 bytes 1 Rua "A"
         two
        6 items in 2 pages
        transaction: TransactionCanceledException
        reason None
        reason ConditionalCheckFailed
        transaction: 
        item 6 Ada 12345678901234567890123456789012345678 3 bytes 1 Rua "A"
         two
        elsewhere: ResourceNotFoundException
        not found: 1

        """

    private static func make(_ name: String, _ host: RunningHost) throws {
        let answer = try host.tables(.http, "CreateTable", TableCase.table.expanded(table: name))
        guard answer.hasPrefix("{") else { throw HarnessError("\(name) is not created: \(answer)") }
    }

    private static func count(_ id: String, in table: String, _ host: RunningHost) throws -> Int {
        struct Page: Decodable { let Count: Int }
        let answer = try host.tables(
            .http, "Query",
            #"{"TableName":"\#(table)","KeyConditionExpression":"id = :i","ExpressionAttributeValues":{":i":{"S":"\#(id)"}},"Select":"COUNT"}"#
        )
        return try JSONDecoder().decode(Page.self, from: Data(answer.utf8)).Count
    }

    @Test(arguments: Isolation.allCases)
    func liveTheirLivesInCAndSwift(isolation: Isolation) throws {
        try withHost(HostSetup(TableWay.functions(isolation))) { host in
            for function in Self.functions {
                try Self.make("life-\(function)", host)
                let life = try host.deed(of: function, ["Do": "scenario", "Table": "life-\(function)"])
                #expect(life == Self.transcript, "\(function)")
            }
        }
    }

    @Test(arguments: Isolation.allCases)
    func loseNoChangeOfManyAtOnce(isolation: Isolation) throws {
        try withHost(HostSetup(TableWay.functions(isolation))) { host in
            try Self.make("hits", host)
            let calls = try (0..<8).map { number in
                let path = "/2015-03-31/functions/\(Self.functions[number % 2])/invocations"
                return try host.control.start("POST", path, body: #"{"Do":"count","Table":"hits","Times":"50"}"#)
            }
            let counts = try calls.map { Int(try $0.receive(within: 280).text) ?? 0 }

            #expect(counts.max() == 400)
            #expect(Set(counts).count == 8)
            // Many in a row in one invocation, each with a sync of its own.
            #expect(try host.deed(of: "tables-c", ["Do": "count", "Table": "hits", "Times": "300"]) == "700")
            let item = try host.tables(
                .http, "GetItem", #"{"TableName":"hits","Key":{"id":{"S":"counter"},"n":{"N":"0"}}}"#)
            #expect(item == #"{"Item":{"hits":{"N":"700"},"id":{"S":"counter"},"n":{"N":"0"}}}"#)
        }
    }

    @Test(arguments: Isolation.allCases)
    func haveTheLimitOfRequestsThatClientsHave(isolation: Isolation) throws {
        try withHost(HostSetup(TableWay.functions(isolation))) { host in
            let most = ServiceRequest.maximumParameterBytes
            let request = #"{"TableName":"none-of-these"}"#
            for way in TableWay.allCases {
                func ask(_ bytes: Int) throws -> String {
                    try host.tables(way, "DescribeTable", request, bytes: bytes)
                }
                let whole = try ask(most)
                #expect(whole.hasPrefix("ResourceNotFoundException: "), "\(way): \(whole)")
                let refusal = try ask(most + 1)
                #expect(
                    refusal == "RequestEntityTooLargeException: The request has 16777217 bytes, "
                        + "and 16777216 are the most that dynamodb takes.", "\(way)")
                // More than what lies between a function and the host.
                let huge = try ask(most + (2 << 20))
                #expect(huge.hasPrefix("RequestEntityTooLargeException: "), "\(way): \(huge)")
            }
        }
    }

    @Test(arguments: Isolation.allCases)
    func getAnswersOfSixteenMegabytes(isolation: Isolation) throws {
        try withHost(HostSetup(TableWay.functions(isolation))) { host in
            try Self.make("large", host)
            // 45 items of 400,000 bytes, of which 41 fit into 16 MB.
            for number in 0..<45 {
                let letter = String(UnicodeScalar(UInt8(97 + number % 26)))
                let put =
                    #"{"TableName":"large","Item":{"id":{"S":"a"},"n":{"N":"\#(number)"},"v":{"S":"<\#(letter)*399980>"}}}"#
                #expect(try host.tables(.http, "PutItem", put.expanded(table: "large")) == "{}")
            }
            let keys = (0..<45).map { #"{"id":{"S":"a"},"n":{"N":"\#($0)"}}"# }.joined(separator: ",")
            let request = #"{"RequestItems":{"large":{"Keys":[\#(keys)]}}}"#
            let direct = try host.tables(.http, "BatchGetItem", request)
            let digest = direct.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
            let expected = "\"\(direct.utf8.count) \(String(digest, radix: 16))\""

            #expect(direct.utf8.count > 16_000_000)
            #expect(direct.contains(#""UnprocessedKeys":{"large":{"Keys":[{"id":{"S":"a"},"n":{"N":"41"}}"#))
            for function in Self.functions {
                for _ in 0..<3 {
                    let reply = try host.deed(
                        of: function, ["Do": "measure", "Operation": "BatchGetItem", "Parameters": request])
                    #expect(reply == expected, "\(function)")
                }
            }
            // A refusal with more items than an answer can carry comes without them.
            let checks = (0..<45).map {
                #"{"ConditionCheck":{"TableName":"large","Key":{"id":{"S":"a"},"n":{"N":"\#($0)"}},"ConditionExpression":"attribute_not_exists(id)","ReturnValuesOnConditionCheckFailure":"ALL_OLD"}}"#
            }
            let transaction = #"{"TransactItems":[\#(checks.joined(separator: ","))]}"#
            #expect(try host.tables(.http, "TransactWriteItems", transaction).utf8.count > 18_000_000)
            for way in [TableWay.c, .swift] {
                let refusal = try host.tables(way, "TransactWriteItems", transaction)
                let codes = Array(repeating: "ConditionalCheckFailed", count: 45).joined(separator: ", ")
                #expect(refusal.hasPrefix("TransactionCanceledException: "))
                #expect(refusal.hasSuffix("[\(codes)]"))
            }
        }
    }

    @Test(arguments: Isolation.allCases)
    func writeNothingAfterTheirDeadline(isolation: Isolation) throws {
        try withHost(HostSetup(TableWay.functions(isolation, timeout: "2"))) { host in
            try Self.make("late", host)
            for function in Self.functions {
                let reply = try host.invoke(function, #"{"Do":"late","Table":"late"}"#)
                // Whichever is first: the host at the deadline, or the function that hears of it.
                let isLate = ["Sandbox.Timedout", "DeadlineExceeded"].contains { reply.payload.contains($0) }
                #expect(isLate && reply.functionError != nil, "\(function): \(reply.payload)")
            }
            // They are gone, or in the host's own threads have been refused.
            try waitUntil("the instances to be gone") {
                try Self.functions.allSatisfy { try host.status(of: $0).instances["busy"] == 0 }
            }
            #expect(try Self.count("late", in: "late", host) == 0)
            // They are as good as ever; a disk that is busy may make one of their writes late, too.
            for function in Self.functions {
                try waitUntil("\(function) to count") {
                    try host.invoke(function, #"{"Do":"count","Table":"late"}"#).functionError == nil
                }
            }
        }
    }

    /// Not in `inprocess`, whose instances cannot be killed.
    @Test(arguments: Isolation.allCases.filter { $0 != .inprocess }, ["tables-c", "tables-swift"])
    func leaveWholeItemsWhenTheyAreKilled(isolation: Isolation, function: String) throws {
        // One instance, so that it is the one that is killed.
        let functions = TableWay.functions(isolation, more: ", spare: 0 }\nreservedConcurrency: 1")
        try withHost(HostSetup(functions)) { host in
            let path = "/2015-03-31/functions/\(function)/invocations"
            for table in ["killed-1", "killed-2", "killed-3"] {
                try Self.make(table, host)
                let call = try host.control.start("POST", path, body: #"{"Do":"forever","Table":"\#(table)"}"#)
                try waitUntil("items of the function") {
                    try Self.count("forever", in: table, host) > 20
                }
                for instance in host.instances(of: function) { kill(instance.pid, SIGKILL) }
                let reply = try call.receive()
                #expect(reply.text.contains("Runtime.ExitError"), "\(reply.text)")

                // What the function was told is stored, is there.
                let lines = try host.logLines(of: function).filter { $0.requestID == reply.requestID }
                let told = lines.compactMap { $0.message.firstMatch(of: /put (\d+)/).flatMap { Int($0.1) } }.max() ?? 0
                #expect(told > 0)
                #expect(try Self.count("forever", in: table, host) >= told + 1)
                #expect(try host.deed(of: function, ["Do": "scenario", "Table": table]) == Self.transcript)
            }
        }
    }

    @Test func findWhatWasAcknowledgedAfterTheHostWasKilled() throws {
        try withHost(HostSetup(TableWay.functions(.process), hasNeighbour: false)) { host in
            try Self.make("acknowledged", host)
            for round in 1...3 {
                let count = try host.deed(
                    of: "tables-c", ["Do": "count", "Table": "acknowledged", "Times": "20"])
                #expect(count == "\(round * 20)")
                host.kill()
                try host.start()
            }
        }
    }
}

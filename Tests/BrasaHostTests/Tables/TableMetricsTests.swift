import BlockingTests
import BrasaTesting
import Testing

/// What `/metrics` says about tables.
@Suite(.blocking, .timeLimit(.minutes(5)))
struct TableMetricsTests {
    private static func metrics(_ host: RunningHost) throws -> [Substring: Int] {
        let lines = try host.control.get("/metrics").text.split(separator: "\n").filter {
            $0.hasPrefix("brasa_table")
        }
        return lines.reduce(into: [:]) { metrics, line in
            let words = line.split(separator: " ")
            metrics[words[0]] = Int(words[1])
        }
    }

    @Test func countTablesItemsAndRequests() throws {
        try withHost(HostSetup(hasNeighbour: false)) { host in
            let before = try Self.metrics(host)
            #expect(before["brasa_tables"] == 0)
            let requests = [
                ("CreateTable", TableCase.table.expanded(table: "songs")),
                ("PutItem", #"{"TableName":"songs","Item":{"id":{"S":"a"},"n":{"N":"1"}}}"#),
                ("PutItem", #"{"TableName":"songs","Item":{"id":{"S":"b"},"n":{"N":"1"}}}"#),
                ("GetItem", #"{"TableName":"songs","Key":{"id":{"S":"b"},"n":{"N":"1"}}}"#),
                (
                    "DeleteItem",
                    #"{"TableName":"songs","Key":{"id":{"S":"b"},"n":{"N":"1"}},"ConditionExpression":"n = id"}"#
                ),
                ("GetItem", #"{"TableName":"nobody","Key":{"id":{"S":"b"}}}"#),
            ]
            let statuses = try requests.map { try host.dynamoDB($0.0, $0.1).status }
            #expect(statuses == [200, 200, 200, 200, 400, 400])

            let after = try Self.metrics(host)
            #expect(after["brasa_tables"] == 1)
            #expect(after["brasa_table_items{table=\"songs\"}"] == 2)
            // Two names, a letter, and a number of two bytes, twice.
            #expect(after["brasa_table_bytes{table=\"songs\"}"] == 2 * 6)
            #expect(after["brasa_table_requests_total"] == 6)
            #expect(after["brasa_table_failures_total{kind=\"client\"}"] == 2)
            #expect(after["brasa_table_failures_total{kind=\"host\"}"] == 0)
            #expect(after["brasa_table_writes_total"].map { $0 - (before["brasa_table_writes_total"] ?? 0) } == 3)
            #expect(after["brasa_table_syncs_total"].map { $0 - (before["brasa_table_syncs_total"] ?? 0) } == 3)
        }
    }
}

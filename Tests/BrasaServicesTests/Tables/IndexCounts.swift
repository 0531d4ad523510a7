import BrasaTables
import Foundation
import NIOCore

@testable import BrasaServices

/// Items and bytes of a table's indexes, by their names.
struct IndexCounts: Equatable {
    var items = 0
    var bytes = 0

    /// What DescribeTable says.
    static func told(_ bed: TableBed, _ name: String) async throws -> [String: IndexCounts] {
        var counts: [String: IndexCounts] = [:]
        for index in try await Self.indexes(bed, name) {
            counts[index["IndexName"] as? String ?? ""] = IndexCounts(
                items: index["ItemCount"] as? Int ?? -1, bytes: index["IndexSizeBytes"] as? Int ?? -1)
        }
        return counts
    }

    /// What there is when all pages are read.
    static func found(_ bed: TableBed, _ name: String) async throws -> [String: IndexCounts] {
        var counts: [String: IndexCounts] = [:]
        for index in try await Self.indexes(bed, name) {
            let indexName = index["IndexName"] as? String ?? ""
            var request: [String: Any] = ["TableName": name, "IndexName": indexName]
            var found = IndexCounts()
            while true {
                let page = try await bed.ask("Scan", request)
                for item in page.list("Items") ?? [] {
                    let json = ByteBuffer(bytes: try JSONSerialization.data(withJSONObject: item))
                    found.items += 1
                    found.bytes += try StoredItem(key: [], json: json, sizeBytes: 0).attributes().sizeBytes
                }
                guard let last = page.members("LastEvaluatedKey") else { break }
                request["ExclusiveStartKey"] = last
            }
            counts[indexName] = found
        }
        return counts
    }

    private static func indexes(_ bed: TableBed, _ name: String) async throws -> [[String: Any]] {
        let table = try await bed.ask("DescribeTable", ["TableName": name]).members("Table")
        return ["LocalSecondaryIndexes", "GlobalSecondaryIndexes"]
            .flatMap { table?[$0] as? [[String: Any]] ?? [] }
    }
}

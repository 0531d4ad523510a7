import BrasaModel
import Foundation
import Glibc
import NIOCore

/// What is told about a table.
///
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
struct TableDescription: Encodable {
    enum Status: String, Encodable {
        case creating = "CREATING"
        case updating = "UPDATING"
        case deleting = "DELETING"
        case active = "ACTIVE"
    }

    struct Attribute: Encodable {
        let attributeName: String
        let attributeType: String
    }

    struct Key: Encodable {
        let attributeName: String
        let keyType: String

        static func list(_ names: [String]) -> [Key] {
            names.enumerated().map { Key(attributeName: $1, keyType: $0 == 0 ? "HASH" : "RANGE") }
        }
    }

    struct Throughput: Encodable {
        let readCapacityUnits: Int
        let writeCapacityUnits: Int
        let numberOfDecreasesToday = 0

        init(_ throughput: TableDocument.Throughput?) {
            self.readCapacityUnits = throughput?.readUnits ?? 0
            self.writeCapacityUnits = throughput?.writeUnits ?? 0
        }
    }

    struct Billing: Encodable {
        let billingMode: String
        let lastUpdateToPayPerRequestDateTime: Double?
    }

    struct TableClass: Encodable {
        let tableClass: String
    }

    struct Projection: Encodable {
        let projectionType: String
        let nonKeyAttributes: [String]?
    }

    struct Index: Encodable {
        let indexName: String
        let indexArn: String
        let indexStatus: String?
        let backfilling: Bool?
        let keySchema: [Key]
        let projection: Projection
        let provisionedThroughput: Throughput?
        let indexSizeBytes: Int64
        let itemCount: Int64
    }

    struct StreamSpecification: Encodable {
        let streamEnabled = true
        let streamViewType: String
    }

    let tableName: String
    let tableArn: String
    let tableId: String
    let tableStatus: Status
    let creationDateTime: Double
    let attributeDefinitions: [Attribute]
    let keySchema: [Key]
    let itemCount: Int64
    let tableSizeBytes: Int64
    let provisionedThroughput: Throughput
    let billingModeSummary: Billing?
    let localSecondaryIndexes: [Index]?
    let globalSecondaryIndexes: [Index]?
    let streamSpecification: StreamSpecification?
    let latestStreamArn: String?
    let latestStreamLabel: String?
    let deletionProtectionEnabled: Bool
    let tableClassSummary: TableClass?

    /// - Parameters:
    ///   - counts: items of the table, and their bytes.
    ///   - indexCounts: the same of its indexes, by their numbers.
    init(
        _ table: Table, _ scope: AccountScope, _ status: Status, counts: StoredCounts = StoredCounts(),
        indexCounts: [Int64: StoredCounts] = [:]
    ) {
        let document = table.document
        let arn = scope.tableARN(table.name)
        self.tableName = table.name
        self.tableArn = arn
        self.tableId = document.uniqueID
        self.tableStatus = status
        self.creationDateTime = Double(document.createdAtMilliseconds) / 1_000
        self.attributeDefinitions = document.attributes.map {
            Attribute(attributeName: $0.name, attributeType: $0.type)
        }
        self.keySchema = Key.list(document.keys)
        self.itemCount = counts.items
        self.tableSizeBytes = counts.bytes
        self.provisionedThroughput = Throughput(document.throughput)
        self.billingModeSummary = Billing(document)
        self.localSecondaryIndexes = Self.indexes(document, isGlobal: false, arn, status, indexCounts)
        self.globalSecondaryIndexes = Self.indexes(document, isGlobal: true, arn, status, indexCounts)
        self.streamSpecification = table.stream.map { StreamSpecification(streamViewType: $0.view) }
        self.latestStreamArn = document.streams.last.map { "\(arn)/stream/\($0.label)" }
        self.latestStreamLabel = document.streams.last?.label
        self.deletionProtectionEnabled = document.isProtectedFromDeletion
        self.tableClassSummary = document.tableClass.map { TableClass(tableClass: $0) }
    }

    private static func indexes(
        _ document: TableDocument, isGlobal: Bool, _ arn: String, _ status: Status, _ counts: [Int64: StoredCounts]
    ) -> [Index]? {
        let indexes = document.indexes.filter { $0.isGlobal == isGlobal }.map { index in
            Index(
                indexName: index.name, indexArn: "\(arn)/index/\(index.name)",
                indexStatus: isGlobal ? (status == .creating ? "CREATING" : index.status.rawValue) : nil,
                backfilling: index.status == .creating ? true : nil, keySchema: Key.list(index.keys),
                projection: Projection(
                    projectionType: index.projection,
                    nonKeyAttributes: index.projectedAttributes.isEmpty ? nil : index.projectedAttributes),
                provisionedThroughput: isGlobal ? Throughput(index.throughput) : nil,
                indexSizeBytes: counts[index.number]?.bytes ?? 0, itemCount: counts[index.number]?.items ?? 0)
        }
        return indexes.isEmpty ? nil : indexes
    }
}

extension TableDescription.Billing {
    /// Nil for a table that never was on demand.
    fileprivate init?(_ document: TableDocument) {
        let isOnDemand = document.throughput == nil
        guard isOnDemand || document.onDemandSinceMilliseconds != nil else { return nil }
        self.init(
            billingMode: isOnDemand ? "PAY_PER_REQUEST" : "PROVISIONED",
            lastUpdateToPayPerRequestDateTime: document.onDemandSinceMilliseconds.map { Double($0) / 1_000 })
    }
}

extension TableDocument.Stream {
    /// The name of the stream in its table: when it began, in UTC.
    package var label: String {
        let time = self.startedAtMilliseconds
        var seconds = time_t(time / 1_000)
        var parts = tm()
        // Without a calendar: each read of a stream asks.
        gmtime_r(&seconds, &parts)
        func two(_ number: Int32) -> Substring { String(number + 100).dropFirst() }
        let milliseconds = String(time % 1_000 + 1_000).dropFirst()
        return "\(parts.tm_year + 1_900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
            + "T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)).\(milliseconds)"
    }
}

extension AccountScope {
    /// The full name of a table.
    package func tableARN(_ table: String) -> String {
        "arn:aws:dynamodb:\(self.region):\(self.account):table/\(table)"
    }
}

/// Answers of the operations on tables as JSON, whose member names begin with a capital letter.
enum TableAnswer {
    static func json(_ value: some Encodable) throws -> ByteBuffer {
        let encoder = JSONEncoder()
        // The same answer every time, byte by byte.
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .custom { path in
            CapitalKey(path[path.count - 1].stringValue)
        }
        return ByteBuffer(bytes: try encoder.encode(value))
    }

    private struct CapitalKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) {
            self.stringValue = name.prefix(1).uppercased() + name.dropFirst()
        }

        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { return nil }
    }
}

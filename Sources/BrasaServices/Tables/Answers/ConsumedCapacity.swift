import BrasaModel
import BrasaTables

/// Units of reading and writing that a request took of one table, and of its indexes.
///
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ConsumedCapacity.html
struct ConsumedCapacity: Sendable {
    private let table: Table
    private let name: String
    private(set) var tableUnits = 0.0
    private var indexUnits: [String: Double] = [:]

    /// - Parameter name: what the request calls the table by, which may be its ARN.
    init(of table: Table, named name: String) {
        self.table = table
        self.name = name
    }

    private var units: Double { self.indexUnits.values.reduce(self.tableUnits, +) }

    mutating func addTable(_ units: Double) {
        self.tableUnits += units
    }

    mutating func add(_ units: Double, to index: SecondaryIndex) {
        self.indexUnits[index.name, default: 0] += units
    }

    /// What a write took of the table and of the indexes it changed.
    mutating func add(_ outcome: WriteOutcome, isTransactional: Bool = false) {
        self.tableUnits += outcome.capacityUnits(isTransactional: isTransactional)
        for (index, units) in outcome.indexCapacityUnits(isTransactional: isTransactional) {
            self.add(units, to: index)
        }
    }

    /// Appends it as JSON.
    ///
    /// - Parameter kind: `ReadCapacityUnits` or `WriteCapacityUnits`, which transactions tell besides; nil for others.
    func write(_ detail: ReturnConsumedCapacity, kind: StaticString? = nil, to out: inout ByteWriter) {
        out.literal("{\"TableName\":")
        JSONText.write(self.name, to: &out)
        out.byte(UInt8(ascii: ","))
        Self.write(self.units, kind, to: &out)
        if detail == .indexes {
            out.literal(",\"Table\":{")
            Self.write(self.tableUnits, kind, to: &out)
            out.byte(UInt8(ascii: "}"))
            self.writeIndexes(.local, "LocalSecondaryIndexes", kind, to: &out)
            self.writeIndexes(.global, "GlobalSecondaryIndexes", kind, to: &out)
        }
        out.byte(UInt8(ascii: "}"))
    }

    private func writeIndexes(
        _ scope: SecondaryIndex.Scope, _ member: StaticString, _ kind: StaticString?, to out: inout ByteWriter
    ) {
        let indexes = self.table.schema.indexes.compactMap { index in
            index.scope == scope ? self.indexUnits[index.name].map { (key: index.name, value: $0) } : nil
        }
        guard !indexes.isEmpty else { return }
        out.literal(",\"")
        out.literal(member)
        out.literal("\":")
        out.map(indexes) { units, out in
            out.byte(UInt8(ascii: "{"))
            Self.write(units, kind, to: &out)
            out.byte(UInt8(ascii: "}"))
        }
    }

    private static func write(_ units: Double, _ kind: StaticString?, to out: inout ByteWriter) {
        out.literal("\"CapacityUnits\":")
        out.text("\(units)")
        guard let kind else { return }
        out.literal(",\"")
        out.literal(kind)
        out.literal("\":")
        out.text("\(units)")
    }
}

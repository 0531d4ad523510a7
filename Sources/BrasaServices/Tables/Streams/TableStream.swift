import BrasaModel

/// One change stream of one table, on or off.
///
/// It has a single shard for all its life: its records are in the order in which the table was changed, whatever the key.
package struct TableStream: Sendable, Hashable {
    package let tableName: String
    /// Tells the table from a later one of its name.
    package let tableID: String
    /// `arn:aws:dynamodb:<region>:<account>:table/<name>/stream/<label>`.
    package let arn: String
    package let label: String
    package let definition: TableDocument.Stream
    /// Attributes of the table's key: partition key, and sort key if there is one.
    package let keys: [String]
    /// What the store knows the table by.
    let table: Int64

    init(_ definition: TableDocument.Stream, of table: Table, _ scope: AccountScope) {
        self.tableName = table.name
        self.tableID = table.document.uniqueID
        self.label = definition.label
        self.arn = "\(scope.tableARN(table.name))/stream/\(self.label)"
        self.definition = definition
        self.keys = table.document.keys
        self.table = table.id
    }

    /// `ENABLED` or `DISABLED`.
    package var status: String { self.definition.endedAtMilliseconds == nil ? "ENABLED" : "DISABLED" }

    /// The name of the shard, which no other stream of the host has.
    package var shardID: String {
        let time = String(self.definition.startedAtMilliseconds)
        let number = String(repeating: "0", count: max(0, 20 - time.utf8.count)) + time
        return "shardId-\(number)-\(self.tableID.prefix(8))"
    }

    /// The sequence number that its first record has, or would have.
    package var firstSequence: Int64 { self.definition.afterSequence + 1 }
    /// The last that it can have; nil: it goes on.
    package var lastSequence: Int64? { self.definition.lastSequence }
}

/// What was asked of a table when it was made and changed, all that outlives a restart.
package struct TableDefinition: Sendable, Hashable {
    /// How reads and writes are paid; recorded and shown, nothing is throttled by it.
    package enum Billing: Sendable, Hashable {
        case onDemand
        case provisioned(Throughput)
    }

    /// Units a second.
    package struct Throughput: Sendable, Hashable {
        package let readUnits: Int
        package let writeUnits: Int

        package init(readUnits: Int, writeUnits: Int) {
            self.readUnits = readUnits
            self.writeUnits = writeUnits
        }

        /// Most units of either.
        static let maximumUnits = 1_000_000_000_000
    }

    /// What the records of a stream show of a changed item.
    package enum StreamView: String, Sendable, Hashable, CaseIterable {
        case newImage = "NEW_IMAGE"
        case oldImage = "OLD_IMAGE"
        case newAndOldImages = "NEW_AND_OLD_IMAGES"
        case keysOnly = "KEYS_ONLY"
    }

    /// The keys and indexes that items are checked against.
    package var schema: TableSchema
    /// The types of all attributes that are part of a key, in the order given.
    package var attributes: [KeySchema.Attribute]
    package var billing: Billing
    /// Of global indexes of provisioned tables.
    package var indexThroughput: [String: Throughput]
    /// Nil: the table has no stream.
    package var stream: StreamView?
    /// The attribute that says when an item expires; nil: none does.
    package var timeToLive: ByteText?
    package var tags: [String: String]
    /// `STANDARD` or `STANDARD_INFREQUENT_ACCESS`; nil: not said, which is the first.
    package var tableClass: String?
    package var isProtectedFromDeletion: Bool

    package init(
        schema: TableSchema, attributes: [KeySchema.Attribute], billing: Billing,
        indexThroughput: [String: Throughput] = [:], stream: StreamView? = nil, timeToLive: ByteText? = nil,
        tags: [String: String] = [:], tableClass: String? = nil, isProtectedFromDeletion: Bool = false
    ) {
        self.schema = schema
        self.attributes = attributes
        self.billing = billing
        self.indexThroughput = indexThroughput
        self.stream = stream
        self.timeToLive = timeToLive
        self.tags = tags
        self.tableClass = tableClass
        self.isProtectedFromDeletion = isProtectedFromDeletion
    }
}

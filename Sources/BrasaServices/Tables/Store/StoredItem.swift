package import NIOCore

/// A table as the store keeps it.
package struct StoredTable: Sendable, Hashable {
    package let id: Int64
    package let name: String
    /// Keys, indexes and settings, in the form of whoever wrote it.
    package let document: [UInt8]
    package let counts: StoredCounts

    package init(id: Int64, name: String, document: [UInt8], counts: StoredCounts) {
        self.id = id
        self.name = name
        self.document = document
        self.counts = counts
    }
}

/// Items of a table or an index, and the bytes of all of them as the service counts bytes; or how many there are more.
package struct StoredCounts: Sendable, Hashable {
    package var items: Int64
    package var bytes: Int64

    package init(items: Int64 = 0, bytes: Int64 = 0) {
        self.items = items
        self.bytes = bytes
    }

    package static func += (counts: inout StoredCounts, growth: StoredCounts) {
        counts.items += growth.items
        counts.bytes += growth.bytes
    }
}

/// An item as the store keeps it.
package struct StoredItem: Sendable, Hashable {
    /// Bytes that sort as the table's items do.
    package var key: [UInt8]
    /// The item as DynamoDB JSON: an answer takes it over as it is.
    package var json: ByteBuffer
    /// Bytes of the item as the service counts them.
    package var sizeBytes: Int
    /// Its key in the index it was found by; nil when that was the table itself.
    package var indexKey: [UInt8]?

    package init(key: [UInt8], json: ByteBuffer, sizeBytes: Int, indexKey: [UInt8]? = nil) {
        self.key = key
        self.json = json
        self.sizeBytes = sizeBytes
        self.indexKey = indexKey
    }
}

/// An item's place in an index.
package struct IndexEntry: Sendable, Hashable {
    /// Bytes that sort as the index does; several items may have the same.
    package let key: [UInt8]
    /// Key of the item in its table.
    package let itemKey: [UInt8]

    package init(key: [UInt8], itemKey: [UInt8]) {
        self.key = key
        self.itemKey = itemKey
    }
}

/// Items between two keys, in one direction.
package struct ItemRange: Sendable, Hashable {
    /// Where a page begins: behind this item.
    package struct Position: Sendable, Hashable {
        package let key: [UInt8]
        /// Its key in the index; nil in the table itself.
        package let indexKey: [UInt8]?

        package init(key: [UInt8], indexKey: [UInt8]? = nil) {
            self.key = key
            self.indexKey = indexKey
        }
    }

    /// The lowest key of the range.
    package var lower: [UInt8]
    /// The first key beyond it; nil: the range has no end.
    package var upper: [UInt8]?
    package var isForward: Bool
    package var after: Position?

    package init(lower: [UInt8], upper: [UInt8]?, isForward: Bool = true, after: Position? = nil) {
        self.lower = lower
        self.upper = upper
        self.isForward = isForward
        self.after = after
    }
}

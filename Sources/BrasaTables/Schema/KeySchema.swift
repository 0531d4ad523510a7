/// The attributes that a table or index finds its items by.
package struct KeySchema: Sendable, Hashable {
    /// One of them.
    package struct Attribute: Sendable, Hashable {
        package let name: ByteText
        /// `string`, `number` or `binary`.
        package let type: AttributeType

        package init(name: ByteText, type: AttributeType) {
            self.name = name
            self.type = type
        }
    }

    /// Items with the same value lie together.
    package let partition: Attribute
    /// What orders those; nil: each partition has one item.
    package let sort: Attribute?

    package init(partition: Attribute, sort: Attribute? = nil) {
        self.partition = partition
        self.sort = sort
    }

    /// The partition key, and the sort key if there is one.
    package var attributes: [Attribute] { self.sort.map { [self.partition, $0] } ?? [self.partition] }

    /// Most bytes of a partition key's value.
    package static let maximumPartitionBytes = 2_048
    /// Most bytes of a sort key's value.
    package static let maximumSortBytes = 1_024

    /// The one or the other.
    static func maximumBytes(isPartition: Bool) -> Int {
        isPartition ? self.maximumPartitionBytes : self.maximumSortBytes
    }
}

/// What finds one item in its table.
package struct ItemKey: Sendable, Hashable {
    /// The key attributes.
    package let attributes: AttributeMap
    /// Bytes that sort as the items of a partition do, after those that its partition has.
    package let bytes: [UInt8]

    /// The key of an item, whose keys have been checked.
    init(_ item: AttributeMap, _ schema: KeySchema) {
        self.attributes = AttributeMap(
            schema.attributes.compactMap { attribute in
                item[attribute.name].map { AttributeMap.Attribute(name: attribute.name, value: $0) }
            })
        self.bytes = KeyRange.bytes(of: item, schema) ?? []
    }
}

extension SecondaryIndex {
    /// Bytes that sort as the index does; nil when it does not have the item, since a key attribute is missing.
    ///
    /// Or is one that it takes no more, in an item of before it was there: of another type, empty or too long.
    package func keyBytes(of item: AttributeMap) -> [UInt8]? {
        for (place, attribute) in self.keys.attributes.enumerated() {
            guard let value = item[attribute.name], value.emptyKind == nil,
                value.sizeBytes <= KeySchema.maximumBytes(isPartition: place == 0)
            else { return nil }
        }
        return KeyRange.bytes(of: item, self.keys)
    }
}

extension ItemKey {
    /// Bytes that no item of this or another table shares: no name has a byte 0.
    package func place(inTable name: String) -> [UInt8] { Array(name.utf8) + [0] + self.bytes }
}

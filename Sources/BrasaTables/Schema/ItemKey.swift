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
    package func keyBytes(of item: AttributeMap) -> [UInt8]? {
        KeyRange.bytes(of: item, self.keys)
    }
}

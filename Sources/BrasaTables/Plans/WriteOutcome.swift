/// What a write makes of an item.
package struct WriteOutcome: Sendable, Hashable {
    /// The change of one index.
    package struct IndexChange: Sendable, Hashable {
        package let index: SecondaryIndex
        /// Key bytes to take out; nil: none.
        package let removed: [UInt8]?
        /// Key bytes to put in; nil: none.
        package let added: [UInt8]?
        /// Bytes that the index shows of the item, before and after.
        package let removedBytes: Int
        package let addedBytes: Int
    }

    package let plan: WritePlan
    /// The item as it was; nil: there was none.
    package let old: AttributeMap?
    /// The item as it is; nil: there is none.
    package let new: AttributeMap?

    /// Whether anything is to be stored; a write that changes nothing leaves no record in the stream.
    package var isChange: Bool { self.old != self.new }

    /// The attributes of the response; nil: it has none.
    package var attributes: AttributeMap? {
        switch self.plan.request.returnValues {
        case .none: return nil
        case .allOld: return self.old
        case .allNew: return self.new
        case .updatedOld: return self.updated(self.old)
        case .updatedNew: return self.updated(self.new)
        }
    }

    private func updated(_ item: AttributeMap?) -> AttributeMap? {
        guard case .update(_, let update?) = self.plan.request.change, let item else { return nil }
        let attributes = Projection(paths: update.paths).apply(to: item)
        return attributes.isEmpty ? nil : attributes
    }

    /// Indexes in which the place of the item changes, or how much they show of it.
    package var indexChanges: [IndexChange] {
        guard !self.plan.schema.indexes.isEmpty else { return [] }
        let (oldBytes, newBytes) = (self.old?.sizeBytes ?? 0, self.new?.sizeBytes ?? 0)
        return self.plan.schema.indexes.compactMap { index in
            let (removed, removedBytes) = Self.entry(of: self.old, oldBytes, index, self.plan.schema)
            let (added, addedBytes) = Self.entry(of: self.new, newBytes, index, self.plan.schema)
            guard removed != added || removedBytes != addedBytes else { return nil }
            return IndexChange(
                index: index, removed: removed, added: added, removedBytes: removedBytes, addedBytes: addedBytes)
        }
    }

    private static func entry(
        of item: AttributeMap?, _ bytes: Int, _ index: SecondaryIndex, _ schema: TableSchema
    ) -> (key: [UInt8]?, bytes: Int) {
        guard let item, let key = index.keyBytes(of: item) else { return (nil, 0) }
        return (key, index.shownBytes(of: item, whole: bytes, in: schema))
    }
}

/// What a write makes of an item.
package struct WriteOutcome: Sendable, Hashable {
    /// The change of one index.
    package struct IndexChange: Sendable, Hashable {
        package let index: SecondaryIndex
        /// Key bytes to take out; nil: none.
        package let removed: [UInt8]?
        /// Key bytes to put in; nil: none.
        package let added: [UInt8]?
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

    /// Indexes in which the place of the item changes; the item itself changes in all that have it.
    package var indexChanges: [IndexChange] {
        self.plan.schema.indexes.compactMap { index in
            let removed = self.old.flatMap { index.keyBytes(of: $0) }
            let added = self.new.flatMap { index.keyBytes(of: $0) }
            return removed == added ? nil : IndexChange(index: index, removed: removed, added: added)
        }
    }
}

/// A write that fits its table, ready to be applied to whatever item is there.
package struct WritePlan: Sendable, Hashable {
    package let request: WriteRequest
    package let schema: TableSchema
    package let key: ItemKey

    /// Checks the request against the table.
    package init(_ request: WriteRequest, _ schema: TableSchema) throws(TableError) {
        self.request = request
        self.schema = schema
        switch request.change {
        case .put(let item): self.key = try schema.key(ofItem: item)
        case .update(let key, let update):
            self.key = try schema.key(key)
            if let update { try schema.check(update) }
        case .delete(let key), .check(let key): self.key = try schema.key(key)
        }
        var paths: [DocumentPath] = []
        request.condition?.visitPaths { paths.append($0) }
        try schema.checkPaths(paths)
    }

    /// The removal of an item that is stored: not checked again, since the table's indexes may be younger than the item.
    package init(removing item: AttributeMap, _ schema: TableSchema) {
        self.schema = schema
        self.key = ItemKey(item, schema.keys)
        self.request = WriteRequest(
            tableName: schema.name, change: .delete(key: self.key.attributes), condition: nil, returnValues: .none,
            returnValuesOnFailure: .none, returnConsumedCapacity: .none, returnItemCollectionMetrics: .none)
    }

    /// What the write does when `old` is the item there, nil for none.
    ///
    /// - Throws: `conditionalCheckFailed` when the condition does not hold, or that the update does not fit the item.
    package func applied(to old: AttributeMap?) throws(TableError) -> WriteOutcome {
        if let condition = self.request.condition, !condition.holds(for: old ?? [:]) {
            var error = TableError(.conditionalCheckFailed, "The conditional request failed")
            if self.request.returnValuesOnFailure == .allOld { error.item = old }
            throw error
        }
        switch self.request.change {
        case .put(let item): return WriteOutcome(plan: self, old: old, new: item)
        case .delete: return WriteOutcome(plan: self, old: old, new: nil)
        case .check: return WriteOutcome(plan: self, old: old, new: old)
        case .update(_, let update):
            let item = old ?? self.key.attributes
            let new = try update?.applied(to: item) ?? item
            guard new.sizeBytes <= ItemSize.maximumBytes else {
                throw TableError.validation("Item size to update has exceeded the maximum allowed size")
            }
            try self.checkIndexKeys(of: new)
            return WriteOutcome(plan: self, old: old, new: new)
        }
    }

    /// Attributes that the update has computed and an index finds items by.
    private func checkIndexKeys(of item: AttributeMap) throws(TableError) {
        for index in self.schema.indexes {
            for (place, attribute) in index.keys.attributes.enumerated() {
                guard let value = item[attribute.name] else { continue }
                guard value.type == attribute.type else {
                    throw TableError.validation(
                        "The update expression attempted to update the secondary index key to unsupported type")
                }
                guard value.sizeBytes <= KeySchema.maximumBytes(isPartition: place == 0) else {
                    throw TableError.validation(
                        "The update expression attempted to update the secondary index key beyond allowed size limits")
                }
            }
        }
        try self.schema.checkIndexKeys(of: item)
    }
}

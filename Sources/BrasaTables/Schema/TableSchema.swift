/// What checking and planning a request needs to know of a table.
package struct TableSchema: Sendable, Hashable {
    package let name: String
    package let keys: KeySchema
    package var indexes: [SecondaryIndex]

    package init(name: String, keys: KeySchema, indexes: [SecondaryIndex] = []) {
        self.name = name
        self.keys = keys
        self.indexes = indexes
    }

    /// The index of a request.
    ///
    /// - Throws: the refusal when the table has no such index.
    package func index(named name: String) throws(TableError) -> SecondaryIndex {
        guard let index = self.indexes.first(where: { $0.name == name }) else {
            throw TableError.validation("The table does not have the specified index: \(name)")
        }
        return index
    }
}

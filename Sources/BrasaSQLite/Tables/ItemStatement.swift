import BrasaServices

/// The query for a range of items: its columns are the item's key, its size, its JSON and, in an index, the index key.
struct ItemStatement {
    let range: ItemRange
    let index: Int64?

    private var hasAfter: Bool { self.range.after != nil }
    // Where a page begins says more than where the range does.
    private var hasLower: Bool { !self.hasAfter || !self.range.isForward }
    private var hasUpper: Bool { self.range.upper != nil && (!self.hasAfter || self.range.isForward) }

    /// Equal for equal texts.
    func key(_ table: Int64) -> SQLStatementKey {
        let flags = [self.hasAfter, self.hasLower, self.hasUpper, self.range.isForward, self.index != nil]
        let form = flags.reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
        return SQLStatementKey(.items, form: form, table: table, index: self.index ?? 0)
    }

    func sql(_ table: Int64) -> String {
        let items = TableFile.items(table)
        let key = self.index == nil ? "i.key" : "e.key"
        let (beyond, direction) = self.range.isForward ? (">", "ASC") : ("<", "DESC")
        var conditions: [String] = []
        if self.hasAfter {
            conditions.append(self.index == nil ? "i.key \(beyond) ?" : "(e.key, e.item) \(beyond) (?, ?)")
        }
        if self.hasLower { conditions.append("\(key) >= ?") }
        if self.hasUpper { conditions.append("\(key) < ?") }
        let filter = conditions.joined(separator: " AND ")
        guard let index = self.index else {
            return "SELECT i.key, i.bytes, i.json FROM \(items) i WHERE \(filter) ORDER BY i.key \(direction)"
        }
        return """
            SELECT i.key, i.bytes, i.json, e.key FROM \(TableFile.entries(table, index)) e
            CROSS JOIN \(items) i ON i.key = e.item
            WHERE \(filter) ORDER BY e.key \(direction), e.item \(direction)
            """
    }

    func bind(_ statement: SQLStatement) {
        var place: Int32 = 1
        func bind(_ bytes: [UInt8]) {
            statement.bind(place, bytes)
            place += 1
        }
        if let after = self.range.after {
            if self.index != nil { bind(after.indexKey ?? []) }
            bind(after.key)
        }
        if self.hasLower { bind(self.range.lower) }
        if self.hasUpper, let upper = self.range.upper { bind(upper) }
    }
}

import BrasaTables

/// Items that expire.
///
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
extension TableUpkeep {
    /// Items that expired longer ago are taken for mistakes, and stay: five years.
    static let longestAgoSeconds: Int64 = 5 * 365 * 86_400

    func removeExpired(of table: Table) async throws {
        let isDue = try await self.tables.store.read { store in
            try self.tables.view(of: table, store) {
                try !store.expiredItems(in: table.id, between: self.expiredSeconds, limit: 1).isEmpty
            }
        }
        guard isDue else { return }
        let limit = self.settings.itemsAtOnce
        try await self.repeatWrite { store in
            guard let table = self.tables.current(table), table.timeToLive != nil else { return Progress() }
            let seconds = self.expiredSeconds
            let change = ItemChange(
                table: table, store: store, atMilliseconds: self.tables.now(), isExpiry: true)
            let items = try store.expiredItems(in: table.id, between: seconds, limit: limit)
            var removed = 0
            for stored in items {
                let item = try stored.attributes()
                // What is noted may come from another attribute, as long as not all items have been looked at anew.
                let expiry = table.expiresAtSeconds(item)
                if let expiry, seconds.contains(expiry) {
                    try change.keep(WritePlan(removing: item, table.schema).applied(to: item))
                    removed += 1
                } else {
                    try store.setExpiry(expiry, ofItem: stored.key, in: table.id)
                }
            }
            return Progress(expiredItems: removed, isPartial: items.count == limit)
        }
    }

    /// Times to expire that have come, in seconds since 1970.
    private var expiredSeconds: ClosedRange<Int64> {
        let now = self.tables.now() / 1_000
        return (now - Self.longestAgoSeconds)...now
    }
}

import BrasaPool
import BrasaSQLite
import BrasaServices

/// The tables' part of `/metrics`.
struct TableMetrics: Sendable {
    let service: TableService
    let store: SQLiteTableStore
    let upkeep: TableUpkeep

    /// Renders it and hands it over on a thread of the store, or the caller's.
    func render(_ completion: @escaping @Sendable (String) -> Void) {
        self.store.read({ store in
            var tables: [StoredTable] = []
            var last = ""
            while true {
                let names = try store.tableNames(after: last, limit: 1_000)
                for name in names { if let table = try store.table(named: name) { tables.append(table) } }
                guard let name = names.last else { return tables }
                last = name
            }
        }) { result in
            // None when the host stops just now.
            completion(self.text((try? result.get()) ?? []))
        }
    }

    private func text(_ tables: [StoredTable]) -> String {
        var text = PrometheusWriter()
        text.single("brasa_tables", "gauge", "Tables that are there.", tables.count)
        text.family("brasa_table_items", "gauge", "Items of a table.")
        for table in tables { text.sample("brasa_table_items", [("table", table.name)], Double(table.counts.items)) }
        text.family("brasa_table_bytes", "gauge", "Bytes of a table's items, as the service counts them.")
        for table in tables { text.sample("brasa_table_bytes", [("table", table.name)], Double(table.counts.bytes)) }
        let counts = self.service.counts
        text.single("brasa_table_requests_total", "counter", "Requests to tables and streams.", counts.requests)
        text.family("brasa_table_failures_total", "counter", "Requests that were not done, by whose fault it was.")
        text.sample("brasa_table_failures_total", [("kind", "client")], Double(counts.refused))
        text.sample("brasa_table_failures_total", [("kind", "host")], Double(counts.failed))
        let statistics = self.store.statistics
        text.single("brasa_table_writes_total", "counter", "Writes that were committed.", statistics.writes)
        text.single("brasa_table_commits_total", "counter", "Commits, each of one or more writes.", statistics.commits)
        text.single("brasa_table_syncs_total", "counter", "Commits that waited for the disk.", statistics.syncs)
        text.single(
            "brasa_table_checkpoints_total", "counter", "Copies of the log into the file.", statistics.checkpoints)
        text.single(
            "brasa_table_expired_items_total", "counter", "Items that were removed as expired.",
            self.upkeep.expiredItems)
        text.single(
            "brasa_table_trimmed_records_total", "counter", "Records of changes that were removed as too old.",
            self.upkeep.trimmedRecords)
        return text.text
    }
}

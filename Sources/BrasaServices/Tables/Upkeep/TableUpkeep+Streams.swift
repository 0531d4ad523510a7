import BrasaTables

/// Records of changes, which are kept for 24 hours.
extension TableUpkeep {
    func trimRecords(of table: Table) async throws {
        let oldest = self.tables.now() - TableStreams.retentionMilliseconds
        let ended = table.document.streams.contains { $0.endedAtMilliseconds ?? .max <= oldest }
        let isDue = try await self.tables.store.read { store in
            try self.tables.view(of: table, store) {
                try store.records(of: table.id, after: 0, limit: 1).contains { $0.atMilliseconds < oldest }
            }
        }
        guard isDue || ended else { return }
        let limit = self.settings.recordsAtOnce
        try await self.repeatWrite { store in
            guard let table = self.tables.current(table) else { return Progress() }
            let count = try store.trimRecords(of: table.id, before: oldest, limit: limit)
            return Progress(trimmedRecords: count, isPartial: count == limit)
        }
        if ended { try await self.dropStreams(of: table, endedBefore: oldest) }
    }

    /// The same of a table that was removed; once a day has passed since, nothing of it is left.
    func trimRecords(ofRemoved table: Table) async throws {
        let now = self.tables.now()
        let oldest = now - TableStreams.retentionMilliseconds
        let isDue = try await self.tables.store.read { store in
            try store.records(of: table.id, after: 0, limit: 1).contains { $0.atMilliseconds < oldest }
        }
        if isDue {
            let limit = self.settings.recordsAtOnce
            try await self.repeatWrite { store in
                let count = try store.trimRecords(of: table.id, before: oldest, limit: limit)
                return Progress(trimmedRecords: count, isPartial: count == limit)
            }
        }
        guard table.document.streams.allSatisfy({ !$0.isReadable(atMilliseconds: now) }) else { return }
        do {
            try await self.tables.store.write { store in
                try store.forgetTable(table.id)
                self.tables.catalog.forget(table)
            }
        } catch {
            self.tables.reload(table.name)
            throw error
        }
    }

    /// Forgets streams that nobody can read any more.
    private func dropStreams(of table: Table, endedBefore oldest: Int64) async throws {
        do {
            try await self.tables.store.write { store in
                guard let table = self.tables.current(table) else { return }
                // Those whose records are gone, so that none is left behind that belongs to no stream.
                let first = try store.recordBounds(of: table.id)?.lowerBound ?? .max
                var document = table.document
                document.streams.removeAll {
                    $0.endedAtMilliseconds ?? .max <= oldest && $0.lastSequence ?? .max < first
                }
                guard document != table.document else { return }
                let changed = try Table(id: table.id, name: table.name, document: document)
                try store.setDocument(try document.encoded(), of: table.id)
                self.tables.catalog.set(changed)
            }
        } catch {
            self.tables.reload(table.name)
            throw error
        }
    }
}

import BrasaModel
import BrasaTables
import NIOCore

/// Stores what a write makes of an item: the item, its places in indexes, and the record of the change.
struct ItemChange {
    let table: Table
    let store: any TableWriting
    let atMilliseconds: Int64
    /// Whether the service itself removes the item, since it has expired.
    var isExpiry = false

    /// The item that is there; nil: none.
    func item(_ key: ItemKey) throws -> AttributeMap? {
        try self.store.item(in: self.table.id, key: key.bytes).map { try $0.attributes() }
    }

    /// Does a write, with all that hangs on it.
    func perform(_ plan: WritePlan) throws -> WriteOutcome {
        let outcome = try plan.applied(to: plan.needsOldItem(in: self.table) ? try self.item(plan.key) : nil)
        try self.keep(outcome)
        return outcome
    }

    /// Stores what a write has come to.
    func keep(_ outcome: WriteOutcome) throws {
        guard outcome.isChange else { return }
        let key = outcome.plan.key.bytes
        var json = ByteBuffer()
        if let new = outcome.new {
            json = new.json()
            try self.store.put(
                StoredItem(key: key, json: json, sizeBytes: new.sizeBytes), in: self.table.id,
                expiresAtSeconds: self.table.expiresAtSeconds(new))
        } else if let old = outcome.old {
            try self.store.removeItem(
                StoredItem(key: key, json: json, sizeBytes: old.sizeBytes), from: self.table.id)
        }
        for change in outcome.indexChanges { try self.keep(change, ofItem: key) }
        if let view = self.table.streamView { try self.append(outcome, view, new: json) }
    }

    /// Puts the item into its place in an index, and counts what that changes.
    private func keep(_ change: WriteOutcome.IndexChange, ofItem key: [UInt8]) throws {
        let index = self.table.stored(change.index)
        var growth = StoredCounts()
        func add(_ entry: [UInt8]) throws -> Bool {
            try self.store.addEntry(IndexEntry(key: entry, itemKey: key), to: index.number, of: self.table.id)
        }
        if change.removed == change.added {
            growth.bytes = Int64(change.addedBytes - change.removedBytes)
            // It is not there before the filling has come to it.
            if index.status == .creating, let entry = change.added, try add(entry) {
                growth = StoredCounts(items: 1, bytes: Int64(change.addedBytes))
            }
        } else {
            if let entry = change.removed,
                try self.store.removeEntry(
                    IndexEntry(key: entry, itemKey: key), from: index.number, of: self.table.id)
            {
                growth += StoredCounts(items: -1, bytes: -Int64(change.removedBytes))
            }
            if let entry = change.added, try add(entry) {
                growth += StoredCounts(items: 1, bytes: Int64(change.addedBytes))
            }
        }
        if index.counts(item: key) { self.store.count(growth, in: index.number, of: self.table.id) }
    }

    private func append(_ outcome: WriteOutcome, _ view: TableDefinition.StreamView, new: ByteBuffer) throws {
        let showsOld = view == .oldImage || view == .newAndOldImages
        let showsNew = view == .newImage || view == .newAndOldImages
        let keys = outcome.plan.key.attributes
        var size = keys.sizeBytes
        if showsOld { size += outcome.old?.sizeBytes ?? 0 }
        if showsNew { size += outcome.new?.sizeBytes ?? 0 }
        _ = try self.store.append(
            ChangeRecord(
                kind: outcome.old == nil ? .insert : outcome.new == nil ? .remove : .modify,
                atMilliseconds: self.atMilliseconds, keys: keys.json(),
                oldImage: showsOld ? outcome.old?.json() : nil, newImage: showsNew && outcome.new != nil ? new : nil,
                sizeBytes: size, isExpiry: self.isExpiry), to: self.table.id)
    }
}

extension StoredItem {
    /// The item's attributes.
    func attributes() throws -> AttributeMap {
        try self.json.withUnsafeReadableBytes { bytes in
            var json = JSONReader(bytes)
            var reader = ValueReader()
            return try reader.map(&json)
        }
    }
}

extension AttributeMap {
    /// The attributes as JSON of the API.
    func json() -> ByteBuffer {
        var out = ByteWriter(capacity: 256)
        JSONText.write(self, to: &out)
        return out.buffer()
    }
}

extension WritePlan {
    /// Whether what is there before matters; a put that nobody asks about need not read it.
    func needsOldItem(in table: Table) -> Bool {
        guard case .put = self.request.change else { return true }
        return self.request.condition != nil || self.request.returnValues != .none
            || self.request.returnConsumedCapacity != .none || !table.schema.indexes.isEmpty || table.stream != nil
    }
}

extension Table {
    /// When an item expires, in seconds since 1970; nil: never.
    func expiresAtSeconds(_ item: AttributeMap) -> Int64? {
        guard let name = self.timeToLive, case .number(let number)? = item[name] else { return nil }
        return number.integer.flatMap { Int64($0) }
    }
}

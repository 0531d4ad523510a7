import BrasaModel
import BrasaTables
import Logging

/// Filling a new index with the items of before, while the table is used.
extension TableService {
    /// Items that are looked at in one write, and bytes after which there are no more: others wait as long.
    private static let itemsAtOnce = 500
    private static let bytesAtOnce = 4 << 20

    /// Goes on filling the indexes that are not filled yet, one piece after the other.
    ///
    /// Writes of others keep the index up to date from the start, so each item is in the right place whoever comes first. After
    /// a restart it begins anew, which changes nothing that is there.
    func fillIndexes(of table: Table) {
        guard let index = table.document.indexes.first(where: { $0.status == .creating }) else { return }
        self.fill(index.number, ofTable: table.name, id: table.id, after: nil)
    }

    private func fill(_ number: Int64, ofTable name: String, id: Int64, after key: [UInt8]?) {
        self.store.write(
            { store -> [UInt8]? in
                // Nil too when the table or the index has been removed meanwhile.
                guard let table = self.catalog.table(named: name), table.id == id,
                    let place = table.document.indexes.firstIndex(where: { $0.number == number })
                else { return nil }
                return try Self.fill(table.schema.indexes[place], number, table, after: key, store)
            },
            completion: { result in
                switch result {
                case .success(let last?): self.fill(number, ofTable: name, id: id, after: last)
                // Only now: whoever hears that the index answers has to find all items in it.
                case .success(nil): self.open(number, ofTable: name, id: id)
                case .failure(let error): self.noteUnfilled(name, error)
                }
            })
    }

    /// Lets an index answer, whose items are all stored.
    private func open(_ number: Int64, ofTable name: String, id: Int64) {
        self.store.write(
            { store in
                guard let table = self.catalog.table(named: name), table.id == id,
                    let place = table.document.indexes.firstIndex(where: { $0.number == number })
                else { return }
                var document = table.document
                document.indexes[place].status = .active
                let filled = try Table(id: id, name: name, document: document)
                try store.setDocument(try document.encoded(), of: id)
                self.catalog.set(filled)
            },
            completion: { result in
                switch result {
                case .success: if let table = self.catalog.table(named: name) { self.countEntries(of: table) }
                case .failure(let error): self.noteUnfilled(name, error)
                }
            })
    }

    /// The host stops, or the disk is full.
    private func noteUnfilled(_ name: String, _ error: any Error) {
        self.logger.notice(
            "index is not filled yet; that goes on at the next start",
            metadata: ["table": "\(name)", "error": "\(error)"])
    }

    /// Adds the next items; nil when there are no more.
    private static func fill(
        _ index: SecondaryIndex, _ number: Int64, _ table: Table, after key: [UInt8]?, _ store: any TableWriting
    ) throws -> [UInt8]? {
        var count = 0
        var bytes = 0
        var last: [UInt8]?
        var growth = StoredCounts()
        let isCounted = table.stored(index).isCounted == true
        let range = ItemRange(lower: [], upper: nil, after: key.map { ItemRange.Position(key: $0) })
        try store.visitItems(in: table.id, index: nil, range: range) { item in
            let attributes = try item.attributes()
            if let entry = index.keyBytes(of: attributes),
                try store.addEntry(IndexEntry(key: entry, itemKey: item.key), to: number, of: table.id), isCounted
            {
                growth.items += 1
                growth.bytes += Int64(
                    index.shownBytes(of: attributes, whole: item.sizeBytes, in: table.schema))
            }
            count += 1
            bytes += item.sizeBytes
            let isFull = count == Self.itemsAtOnce || bytes >= Self.bytesAtOnce
            if isFull { last = item.key }
            return !isFull
        }
        store.count(growth, in: number, of: table.id)
        return last
    }
}

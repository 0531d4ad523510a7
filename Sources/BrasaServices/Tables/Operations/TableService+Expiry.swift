import BrasaModel
import BrasaTables
import Logging

/// Noting when items expire, after that has come to depend on another attribute, or on none.
extension TableService {
    /// Items that are looked at in one write, and bytes after which there are no more: others wait as long.
    private static let itemsAtOnce = 500
    private static let bytesAtOnce = 4 << 20

    /// Goes on noting it where that is not done yet, one piece after the other.
    ///
    /// Writes of others note it for their items from the start. After a restart it begins anew, which changes nothing that is
    /// noted already.
    func noteExpiries(of table: Table) {
        guard let change = table.document.expiryNoting else { return }
        self.noteExpiries(change, ofTable: table.name, id: table.id, after: nil)
    }

    private func noteExpiries(_ change: String, ofTable name: String, id: Int64, after key: [UInt8]?) {
        self.store.write(
            { store -> [UInt8]? in
                // Nil too when the table is gone, or the attribute has changed once more, which begins with the first item.
                guard let table = self.catalog.table(named: name), table.id == id,
                    table.document.expiryNoting == change
                else { return nil }
                if let last = try Self.noteExpiries(of: table, after: key, store) { return last }
                var document = table.document
                document.expiryNoting = nil
                let noted = try Table(id: id, name: name, document: document)
                try store.setDocument(try document.encoded(), of: id)
                self.catalog.set(noted)
                return nil
            },
            completion: { result in
                switch result {
                case .success(let last?): self.noteExpiries(change, ofTable: name, id: id, after: last)
                case .success(nil): break
                case .failure(let error):
                    // The host stops, or the disk is full.
                    self.logger.notice(
                        "not all items have noted when they expire; that goes on at the next start",
                        metadata: ["table": "\(name)", "error": "\(error)"])
                }
            })
    }

    /// Looks at the next items; nil when there are no more.
    private static func noteExpiries(
        of table: Table, after key: [UInt8]?, _ store: any TableWriting
    ) throws -> [UInt8]? {
        var expiries: [(key: [UInt8], seconds: Int64?)] = []
        var bytes = 0
        var isFull = false
        let range = ItemRange(lower: [], upper: nil, after: key.map { ItemRange.Position(key: $0) })
        try store.visitItems(in: table.id, index: nil, range: range) { item in
            expiries.append((item.key, table.expiresAtSeconds(try item.attributes())))
            bytes += item.sizeBytes
            isFull = expiries.count == Self.itemsAtOnce || bytes >= Self.bytesAtOnce
            return !isFull
        }
        for expiry in expiries { try store.setExpiry(expiry.seconds, ofItem: expiry.key, in: table.id) }
        return isFull ? expiries.last?.key : nil
    }
}

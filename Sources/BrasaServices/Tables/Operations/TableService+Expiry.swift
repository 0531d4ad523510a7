import BrasaModel
import BrasaTables
import Logging

/// Items that expire: noting when, and removing those whose time has come.
extension TableService {
    /// Items that are looked at in one write: others wait as long.
    private static let itemsAtOnce = 500

    /// Notes when the items of a table expire, after that has come to depend on another attribute, or on none.
    func noteExpiries(of table: Table, after key: [UInt8]? = nil) {
        self.store.write(
            { store -> [UInt8]? in
                guard let current = self.catalog.table(named: table.name), current.id == table.id,
                    current.timeToLive == table.timeToLive
                else { return nil }
                var items: [StoredItem] = []
                let range = ItemRange(lower: [], upper: nil, after: key.map { ItemRange.Position(key: $0) })
                try store.visitItems(in: table.id, index: nil, range: range) { item in
                    items.append(item)
                    return items.count < Self.itemsAtOnce
                }
                for item in items {
                    let expiry = current.expiresAtSeconds(try item.attributes())
                    try store.put(item, in: table.id, expiresAtSeconds: expiry)
                }
                return items.count < Self.itemsAtOnce ? nil : items.last?.key
            },
            completion: { result in
                switch result {
                case .success(let last?): self.noteExpiries(of: table, after: last)
                case .success(nil): break
                case .failure(let error):
                    self.logger.error(
                        "expiry of items cannot be noted", metadata: ["table": "\(table.name)", "error": "\(error)"])
                }
            })
    }
}

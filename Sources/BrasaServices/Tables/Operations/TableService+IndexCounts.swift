import BrasaModel
import BrasaTables
import Foundation
import Logging

/// Counting what is in indexes that an earlier release has filled, which did not count.
extension TableService {
    /// Items that are looked at in one write, and bytes after which there are no more: others wait as long.
    private static let itemsAtOnce = 500
    private static let bytesAtOnce = 4 << 20

    /// Goes on counting, one piece after the other, one index after the other.
    ///
    /// Where it has come to is in the table's document: writes of others count what changes before that place, and a restart
    /// goes on there.
    func countEntries(of table: Table) {
        guard table.document.indexes.contains(where: \.isToBeCounted) else { return }
        let (name, id) = (table.name, table.id)
        self.store.write(
            { store in
                // There may be none any more: the table or the index has been removed.
                guard let table = self.catalog.table(named: name), table.id == id,
                    let place = table.document.indexes.firstIndex(where: \.isToBeCounted)
                else { return }
                var document = table.document
                let index = document.indexes[place]
                let last = try Self.count(table.schema.indexes[place], index, of: table, store)
                document.indexes[place].countedThrough = last.map { Data($0) }
                document.indexes[place].isCounted = last == nil
                let counted = try Table(id: id, name: name, document: document)
                try store.setDocument(try document.encoded(), of: id)
                self.catalog.set(counted)
            },
            completion: { result in
                switch result {
                case .success:
                    if let table = self.catalog.table(named: name), table.id == id { self.countEntries(of: table) }
                case .failure(let error):
                    // The host stops, or the disk is full.
                    self.logger.notice(
                        "not all indexes have been counted; that goes on at the next start",
                        metadata: ["table": "\(name)", "error": "\(error)"])
                    // The catalog may be ahead of the file; it was said already that something is wrong.
                    self.store.write({ try self.catalog.reload(name, from: $0) }, completion: { _ in })
                }
            })
    }

    /// Counts the next items; nil when there are no more.
    private static func count(
        _ schema: SecondaryIndex, _ index: TableDocument.Index, of table: Table, _ store: any TableWriting
    ) throws -> [UInt8]? {
        var growth = StoredCounts()
        var count = 0
        var bytes = 0
        var last: [UInt8]?
        let after = index.countedThrough.map { ItemRange.Position(key: [UInt8]($0)) }
        try store.visitItems(in: table.id, index: nil, range: ItemRange(lower: [], upper: nil, after: after)) { item in
            let attributes = try item.attributes()
            if schema.keyBytes(of: attributes) != nil {
                growth.items += 1
                growth.bytes += Int64(
                    schema.shownBytes(of: attributes, whole: item.sizeBytes, in: table.schema))
            }
            count += 1
            bytes += item.sizeBytes
            let isFull = count == Self.itemsAtOnce || bytes >= Self.bytesAtOnce
            if isFull { last = item.key }
            return !isFull
        }
        store.count(growth, in: index.number, of: table.id)
        return last
    }
}

extension TableDocument.Index {
    /// One that is being filled is counted afterwards.
    fileprivate var isToBeCounted: Bool { self.status == .active && self.isCounted != true }
}

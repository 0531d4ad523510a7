/// Which of a connection's kept statements is meant.
///
/// A number and no text: statements name their tables, and a text would be put together for each use.
struct SQLStatementKey: Hashable {
    /// What a statement does.
    enum Kind: UInt8 {
        case beginReading, begin, commit, savepoint, rollbackToSavepoint, release
        case table, tableNames, removedTables, addTable, setDocument, addCounts, indexCounts, addIndexCounts
        case item, items, expiredItems, setExpiry, itemSize, putItem, removeItem
        case addEntry, removeEntry
        case records, recordBounds, lastSequence, addRecord, trimRecords
        case tokenUse, dropTokens, noteToken
    }

    let kind: Kind
    /// Which form of a statement that has several.
    let form: UInt8
    let table: Int64
    let index: Int64

    init(_ kind: Kind, form: UInt8 = 0, table: Int64 = 0, index: Int64 = 0) {
        self.kind = kind
        self.form = form
        self.table = table
        self.index = index
    }
}

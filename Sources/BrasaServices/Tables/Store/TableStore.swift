/// Where tables are kept: rows that sort by bytes, and the records of their changes.
///
/// Knows neither attributes nor expressions: documents, keys and items are bytes to it.
///
/// Callable from any thread.
package protocol TableStore: AnyObject, Sendable {
    /// Reads the last committed state in one consistent view.
    ///
    /// `completion` is called exactly once, on a thread it must not block.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any TableReading) throws -> Value,
        completion: @escaping @Sendable (Result<Value, any Error>) -> Void)

    /// The same for a few items: where they are in memory, on the caller's thread and at once, so that nobody has to be woken.
    ///
    /// `body` may be run twice, and `completion` be called before this returns.
    func readFew<Value: Sendable>(
        _ body: @escaping @Sendable (any TableReading) throws -> Value,
        completion: @escaping @Sendable (Result<Value, any Error>) -> Void)

    /// Changes tables: all that `body` does, or nothing when it throws.
    ///
    /// `body` runs between the writes of other callers, so it has to be short. `completion` is called exactly once, on a
    /// thread it must not block, when what `body` did would survive `kill -9` of the host and of the machine.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any TableWriting) throws -> Value,
        completion: @escaping @Sendable (Result<Value, any Error>) -> Void)
}

/// What one consistent view of the tables shows.
///
/// Valid inside the call it was handed to, on that thread only.
package protocol TableReading: AnyObject {
    /// A table by its name; nil: there is none.
    func table(named name: String) throws -> StoredTable?
    /// Tables that were removed, as far as their records were kept, in the order of their numbers; they count nothing.
    func removedTables() throws -> [StoredTable]
    /// What was counted in the indexes of a table, by their numbers; none where nothing was.
    func indexCounts(of table: Int64) throws -> [Int64: StoredCounts]
    /// Names that come after `name`, in rising order of their bytes.
    func tableNames(after name: String, limit: Int) throws -> [String]
    /// The item with this key; nil: there is none.
    func item(in table: Int64, key: [UInt8]) throws -> StoredItem?
    /// Hands the items of a range over, in its order, until `visit` returns false.
    func visitItems(
        in table: Int64, index: Int64?, range: ItemRange, _ visit: (StoredItem) throws -> Bool) throws
    /// Hands over the records of a table's changes with a sequence number above `sequence`, oldest first, until `visit`
    /// returns false.
    func visitRecords(of table: Int64, after sequence: Int64, _ visit: (ChangeRecord) throws -> Bool) throws
    /// The lowest and the highest sequence number that are there; nil: none is.
    func recordBounds(of table: Int64) throws -> ClosedRange<Int64>?
    /// The highest sequence number that a table has ever given, also when its record is gone; 0: none.
    func lastSequence(of table: Int64) throws -> Int64
    /// What an idempotency token was first used for, if that was after `milliseconds`.
    func tokenUse(_ token: String, after milliseconds: Int64) throws -> [UInt8]?
    /// Items whose time to expire lies in a range of seconds since 1970, the first to expire first.
    func expiredItems(in table: Int64, between seconds: ClosedRange<Int64>, limit: Int) throws -> [StoredItem]
}

/// What can be changed besides.
package protocol TableWriting: TableReading {
    /// Adds a table and returns its number, which is never given twice.
    func createTable(named name: String, document: [UInt8]) throws -> Int64
    /// Replaces what is kept about a table.
    func setDocument(_ document: [UInt8], of table: Int64) throws
    /// Removes a table with its items and indexes.
    ///
    /// - Parameter document: what is kept about it from now on, together with its records; nil: nothing, and they go too.
    func removeTable(_ table: Int64, leaving document: [UInt8]?) throws
    /// Removes what was kept of a table that is removed already.
    func forgetTable(_ table: Int64) throws
    /// Adds an empty index.
    func createIndex(_ index: Int64, of table: Int64) throws
    /// Removes an index.
    func removeIndex(_ index: Int64, of table: Int64) throws
    /// Stores an item, in the place of one with the same key.
    func put(_ item: StoredItem, in table: Int64, expiresAtSeconds: Int64?) throws
    /// Notes when an item expires, and leaves it as it is.
    func setExpiry(_ seconds: Int64?, ofItem key: [UInt8], in table: Int64) throws
    /// Removes an item; none there is not an error.
    func removeItem(_ item: StoredItem, from table: Int64) throws
    /// Adds an item to an index, under a key of the index; whether it was not there.
    func addEntry(_ entry: IndexEntry, to index: Int64, of table: Int64) throws -> Bool
    /// Removes it; whether it was there.
    func removeEntry(_ entry: IndexEntry, from index: Int64, of table: Int64) throws -> Bool
    /// Counts items and bytes that an index has more than before.
    func count(_ growth: StoredCounts, in index: Int64, of table: Int64)
    /// Keeps a record of a change and returns its sequence number, which rises and is never given twice in a table.
    func append(_ record: ChangeRecord, to table: Int64) throws -> Int64
    /// Drops the oldest records, at most `limit`, that are from before a time, in milliseconds since 1970.
    ///
    /// - Returns: how many it has dropped.
    func trimRecords(of table: Int64, before milliseconds: Int64, limit: Int) throws -> Int
    /// Notes the use of an idempotency token, and drops what is older than `milliseconds`.
    func noteToken(_ token: String, use: [UInt8], at now: Int64, droppingBefore milliseconds: Int64) throws
}

extension TableReading {
    /// Records of a table's changes with a sequence number above `sequence`, oldest first.
    package func records(of table: Int64, after sequence: Int64, limit: Int) throws -> [ChangeRecord] {
        var records: [ChangeRecord] = []
        guard limit > 0 else { return records }
        try self.visitRecords(of: table, after: sequence) { record in
            records.append(record)
            return records.count < limit
        }
        return records
    }
}

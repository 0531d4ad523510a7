import BrasaServices
import NIOCore
import Testing

@testable import BrasaSQLite

@Suite(.timeLimit(.minutes(5))) struct SQLiteTableStoreTests {
    private let directory: TemporaryDirectory
    private let store: SQLiteTableStore

    init() throws {
        self.directory = try TemporaryDirectory()
        self.store = try SQLiteTableStore(in: StateDirectoryLock(directory: self.directory.path))
    }

    private func read<Value: Sendable>(_ body: @escaping @Sendable (any TableReading) throws -> Value) async throws
        -> Value
    {
        try await withCheckedThrowingContinuation { continuation in
            self.store.read(body) { continuation.resume(with: $0) }
        }
    }

    @discardableResult
    private func write<Value: Sendable>(_ body: @escaping @Sendable (any TableWriting) throws -> Value) async throws
        -> Value
    {
        try await withCheckedThrowingContinuation { continuation in
            self.store.write(body) { continuation.resume(with: $0) }
        }
    }

    private static func item(_ key: String, _ text: String = "{}") -> StoredItem {
        StoredItem(key: Array(key.utf8), json: ByteBuffer(string: text), sizeBytes: text.utf8.count)
    }

    private static func keys(
        _ view: any TableReading, _ table: Int64, index: Int64? = nil, _ range: ItemRange, limit: Int = .max
    ) throws -> [String] {
        var keys: [String] = []
        try view.visitItems(in: table, index: index, range: range) {
            keys.append(String(decoding: $0.key, as: UTF8.self))
            return keys.count < limit
        }
        return keys
    }

    @Test func keepsTablesAndTheirDocuments() async throws {
        let first = try await self.write { try $0.createTable(named: "users", document: [1]) }
        let second = try await self.write { try $0.createTable(named: "Orders", document: [2]) }
        try await self.write { try $0.setDocument([3], of: first) }

        #expect(try await self.read { try $0.table(named: "users")?.document } == [3])
        #expect(try await self.read { try $0.table(named: "nobody") } == nil)
        #expect(try await self.read { try $0.tableNames(after: "", limit: 10) } == ["Orders", "users"])
        #expect(try await self.read { try $0.tableNames(after: "Orders", limit: 10) } == ["users"])
        try await self.write { try $0.removeTable(second, leaving: nil) }
        #expect(try await self.read { try $0.tableNames(after: "", limit: 10) } == ["users"])
        #expect(try await self.write { try $0.createTable(named: "Orders", document: []) } > second)
    }

    @Test func undoesAllThatAFailingWriteHasDone() async throws {
        struct Refused: Error {}
        let table = try await self.write { try $0.createTable(named: "t", document: []) }

        await #expect(throws: Refused.self) {
            try await self.write { change in
                try change.put(Self.item("a"), in: table, expiresAtSeconds: nil)
                _ = try change.append(
                    ChangeRecord(kind: .insert, atMilliseconds: 1, keys: ByteBuffer(), sizeBytes: 0), to: table)
                throw Refused()
            }
        }

        #expect(try await self.read { try $0.item(in: table, key: Array("a".utf8)) } == nil)
        #expect(try await self.read { try $0.recordBounds(of: table) } == nil)
        #expect(try await self.read { try $0.table(named: "t")?.counts.items } == 0)
    }

    @Test func countsItemsAndBytes() async throws {
        let table = try await self.write { try $0.createTable(named: "t", document: []) }
        try await self.write { change in
            try change.put(Self.item("a", "12345"), in: table, expiresAtSeconds: nil)
            try change.put(Self.item("b", "123"), in: table, expiresAtSeconds: nil)
            try change.put(Self.item("a", "1"), in: table, expiresAtSeconds: nil)
        }
        try await self.write { change in
            try change.removeItem(Self.item("b", "123"), from: table)
            try change.removeItem(Self.item("nobody", "123"), from: table)
        }

        let stored = try await self.read { try $0.table(named: "t") }
        #expect(stored?.counts.items == 1)
        #expect(stored?.counts.bytes == 1)
    }

    /// Each range, direction, page and position gives what a sorted list gives.
    @Test(arguments: [false, true])
    func readsRangesLikeASortedList(byIndex: Bool) async throws {
        let table = try await self.write { change in
            let table = try change.createTable(named: "t", document: [])
            try change.createIndex(1, of: table)
            return table
        }
        let names = (0..<60).map { "k\($0 % 7)-\($0)" }
        try await self.write { change in
            for name in names {
                try change.put(Self.item(name), in: table, expiresAtSeconds: nil)
                // Several items share an index key.
                _ = try change.addEntry(
                    IndexEntry(key: Array(name.utf8.prefix(2)), itemKey: Array(name.utf8)), to: 1, of: table)
            }
        }
        let index: Int64? = byIndex ? 1 : nil
        func indexKey(_ name: String) -> String { byIndex ? String(name.prefix(2)) : name }
        let sorted = names.sorted { (indexKey($0), $0) < (indexKey($1), $1) }
        for (lower, upper) in [("", "z"), ("k2", "k5"), ("k3-17", "k6"), ("x", "z")] {
            for isForward in [true, false] {
                let inRange = sorted.filter { indexKey($0) >= lower && indexKey($0) < upper }
                let expected = isForward ? inRange : Array(inRange.reversed())
                var range = ItemRange(lower: Array(lower.utf8), upper: Array(upper.utf8), isForward: isForward)
                let whole = range
                #expect(try await self.read { try Self.keys($0, table, index: index, whole) } == expected)
                // The same in pages of seven.
                var paged: [String] = []
                while true {
                    let page = range
                    let keys = try await self.read { try Self.keys($0, table, index: index, page, limit: 7) }
                    paged += keys
                    guard keys.count == 7, let last = keys.last else { break }
                    range.after = ItemRange.Position(
                        key: Array(last.utf8), indexKey: byIndex ? Array(indexKey(last).utf8) : nil)
                }
                #expect(paged == expected)
            }
        }
    }

    @Test func takesItemsOutOfAnIndex() async throws {
        let table = try await self.write { change in
            let table = try change.createTable(named: "t", document: [])
            try change.createIndex(4, of: table)
            try change.put(Self.item("a"), in: table, expiresAtSeconds: nil)
            _ = try change.addEntry(IndexEntry(key: [9], itemKey: Array("a".utf8)), to: 4, of: table)
            return table
        }
        let all = ItemRange(lower: [], upper: nil)
        #expect(try await self.read { try Self.keys($0, table, index: 4, all) } == ["a"])
        try await self.write {
            try $0.removeEntry(IndexEntry(key: [9], itemKey: Array("a".utf8)), from: 4, of: table)
        }
        #expect(try await self.read { try Self.keys($0, table, index: 4, all) } == [])
        try await self.write { try $0.removeIndex(4, of: table) }
        try await self.write { try $0.createIndex(4, of: table) }
        #expect(try await self.read { try Self.keys($0, table, index: 4, all) } == [])
    }

    @Test func countsWhatIsInIndexes() async throws {
        struct Refused: Error {}
        let table = try await self.write { change in
            let table = try change.createTable(named: "t", document: [])
            for index in [1, 2] as [Int64] { try change.createIndex(index, of: table) }
            return table
        }
        let entry = IndexEntry(key: [9], itemKey: [1])
        #expect(try await self.write { try $0.addEntry(entry, to: 1, of: table) })
        #expect(try await self.write { try $0.addEntry(entry, to: 1, of: table) } == false)
        #expect(try await self.write { try $0.removeEntry(entry, from: 1, of: table) })
        #expect(try await self.write { try $0.removeEntry(entry, from: 1, of: table) } == false)
        #expect(try await self.read { try $0.indexCounts(of: table) } == [:])

        try await self.write { change in
            change.count(StoredCounts(items: 2, bytes: 10), in: 1, of: table)
            change.count(StoredCounts(items: -1, bytes: -3), in: 1, of: table)
            change.count(StoredCounts(items: 1, bytes: 5), in: 2, of: table)
        }
        await #expect(throws: Refused.self) {
            try await self.write { change in
                change.count(StoredCounts(items: 1, bytes: 1), in: 1, of: table)
                throw Refused()
            }
        }
        try await self.write { $0.count(StoredCounts(items: 1), in: 1, of: table) }
        let counted: [Int64: StoredCounts] = [1: .init(items: 2, bytes: 7), 2: .init(items: 1, bytes: 5)]
        #expect(try await self.read { try $0.indexCounts(of: table) } == counted)

        try await self.write { change in
            change.count(StoredCounts(items: 1), in: 1, of: table)
            try change.removeIndex(1, of: table)
        }
        #expect(try await self.read { Array(try $0.indexCounts(of: table).keys) } == [2])
        try await self.write { change in
            change.count(StoredCounts(items: 1), in: 2, of: table)
            try change.removeTable(table, leaving: nil)
        }
        #expect(try await self.read { try $0.indexCounts(of: table) } == [:])
    }

    @Test func keepsRecordsInOrderAndTrimsTheOld() async throws {
        let table = try await self.write { try $0.createTable(named: "t", document: []) }
        let old = ByteBuffer(string: "{\"old\":1}")
        let sequences = try await self.write { change in
            try (1...5).map { time in
                try change.append(
                    ChangeRecord(
                        kind: time == 5 ? .remove : .modify, atMilliseconds: Int64(time) * 10,
                        keys: ByteBuffer(string: "\(time)"), oldImage: time == 5 ? old : nil, sizeBytes: time,
                        isExpiry: time == 5), to: table)
            }
        }

        let records = try await self.read { try $0.records(of: table, after: sequences[2], limit: 10) }
        #expect(records.map(\.sequence) == [sequences[3], sequences[4]])
        #expect(records.last?.kind == .remove)
        #expect(records.last?.oldImage == old)
        #expect(records.last?.newImage == nil)
        #expect(records.last?.isExpiry == true)
        #expect(try await self.read { try $0.records(of: table, after: 0, limit: 2) }.count == 2)
        try await self.write { try $0.trimRecords(of: table, before: 35, limit: 100) }
        #expect(try await self.read { try $0.recordBounds(of: table) } == sequences[3]...sequences[4])
        try await self.write { try $0.trimRecords(of: table, before: 1_000, limit: 100) }
        #expect(try await self.read { try $0.recordBounds(of: table) } == nil)
        // Numbers go on where they were.
        let next = try await self.write {
            try $0.append(ChangeRecord(kind: .insert, atMilliseconds: 1, keys: ByteBuffer(), sizeBytes: 0), to: table)
        }
        #expect(next > sequences[4])
    }

    @Test func keepsTheRecordsOfARemovedTableWhereThatIsAskedFor() async throws {
        let record = ChangeRecord(kind: .insert, atMilliseconds: 1, keys: ByteBuffer(), sizeBytes: 0)
        let tables = try await self.write { change in
            try (1...2).map { number in
                let table = try change.createTable(named: "t", document: [1])
                try change.createIndex(1, of: table)
                try change.put(Self.item("a"), in: table, expiresAtSeconds: nil)
                _ = try change.append(record, to: table)
                try change.removeTable(table, leaving: [UInt8(number)])
                return table
            }
        }

        let kept = try await self.read { try $0.removedTables() }
        #expect(kept.map(\.id) == tables)
        #expect(kept.map(\.name) == ["t", "t"])
        #expect(kept.map(\.document) == [[1], [2]])
        #expect(try await self.read { try $0.table(named: "t") } == nil)
        #expect(try await self.read { try $0.records(of: tables[0], after: 0, limit: 9) }.count == 1)
        #expect(try await self.read { try $0.lastSequence(of: tables[1]) } == 1)
        await #expect(throws: (any Error).self) { try await self.read { try $0.item(in: tables[0], key: [1]) } }
        #expect(try await self.write { try $0.trimRecords(of: tables[0], before: 2, limit: 9) } == 1)

        try await self.write { try $0.forgetTable(tables[0]) }
        #expect(try await self.read { try $0.removedTables() }.map(\.id) == [tables[1]])
        await #expect(throws: (any Error).self) { try await self.read { try $0.recordBounds(of: tables[0]) } }
    }

    @Test func numbersRecordsWithoutGaps() async throws {
        struct Refused: Error {}
        let table = try await self.write { try $0.createTable(named: "t", document: []) }
        let record = ChangeRecord(kind: .insert, atMilliseconds: 1, keys: ByteBuffer(), sizeBytes: 0)
        #expect(try await self.read { try $0.lastSequence(of: table) } == 0)
        #expect(try await self.write { try $0.append(record, to: table) } == 1)
        // What is undone gives its number back.
        await #expect(throws: Refused.self) {
            try await self.write { change in
                _ = try change.append(record, to: table)
                throw Refused()
            }
        }
        #expect(try await self.write { try $0.append(record, to: table) } == 2)

        #expect(try await self.write { try $0.trimRecords(of: table, before: 2, limit: 1) } == 1)
        #expect(try await self.read { try $0.recordBounds(of: table) } == 2...2)
        #expect(try await self.write { try $0.trimRecords(of: table, before: 2, limit: 5) } == 1)
        #expect(try await self.write { try $0.trimRecords(of: table, before: 2, limit: 5) } == 0)
        #expect(try await self.read { try $0.lastSequence(of: table) } == 2)
        #expect(try await self.write { try $0.append(record, to: table) } == 3)
    }

    @Test func findsWhatHasExpired() async throws {
        let table = try await self.write { change in
            let table = try change.createTable(named: "t", document: [])
            try change.put(Self.item("late"), in: table, expiresAtSeconds: 300)
            try change.put(Self.item("soon"), in: table, expiresAtSeconds: 100)
            try change.put(Self.item("sooner"), in: table, expiresAtSeconds: 50)
            try change.put(Self.item("never"), in: table, expiresAtSeconds: nil)
            return table
        }

        let expired = try await self.read { try $0.expiredItems(in: table, between: 0...100, limit: 10) }
        #expect(expired.map { String(decoding: $0.key, as: UTF8.self) } == ["sooner", "soon"])
        #expect(try await self.read { try $0.expiredItems(in: table, between: 0...100, limit: 1) }.count == 1)
    }

    @Test func remembersTokensForAWhile() async throws {
        try await self.write { try $0.noteToken("a", use: [1], at: 1_000, droppingBefore: 0) }
        try await self.write { try $0.noteToken("b", use: [2], at: 2_000, droppingBefore: 500) }

        #expect(try await self.read { try $0.tokenUse("a", after: 900) } == [1])
        #expect(try await self.read { try $0.tokenUse("a", after: 1_000) } == nil)
        try await self.write { try $0.noteToken("c", use: [3], at: 3_000, droppingBefore: 1_500) }
        #expect(try await self.read { try $0.tokenUse("a", after: 0) } == nil)
        #expect(try await self.read { try $0.tokenUse("b", after: 0) } == [2])
    }

    @Test func hasAllThatWasAcknowledgedAfterAKill() async throws {
        let table = try await self.write { try $0.createTable(named: "t", document: []) }
        for number in 0..<20 {
            try await self.write { change in
                try change.put(Self.item("k\(number)"), in: table, expiresAtSeconds: nil)
                _ = try change.append(
                    ChangeRecord(kind: .insert, atMilliseconds: 1, keys: ByteBuffer(), sizeBytes: 0), to: table)
            }
        }
        let remains = try self.directory.copy(of: ["tables.sqlite", "tables.sqlite-wal"])
        let after = try SQLiteTableStore(in: StateDirectoryLock(directory: remains.path))

        let (count, records) = try await withCheckedThrowingContinuation { continuation in
            after.read({ view in
                (try view.table(named: "t")?.counts.items, try view.records(of: table, after: 0, limit: 100).count)
            }) { continuation.resume(with: $0) }
        }

        #expect(count == 20)
        #expect(records == 20)
    }
}

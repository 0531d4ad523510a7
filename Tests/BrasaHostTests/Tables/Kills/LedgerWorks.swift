import BrasaTesting
import Glibc
import Testing

/// Moves amounts from one account to another, each with a line in the ledger, under a token.
struct TransferWork: LedgerWork {
    struct Transfer: Sendable, Hashable {
        let from: Int
        let to: Int
        let amount: Int
    }

    let client: Int
    /// By the id of their line in the ledger.
    private(set) var done: [String: Transfer] = [:]
    private var number = 0
    private var last: Transfer?
    private var lastDone: TableWrite?
    private var random: SeededRandom

    init(client: Int) {
        self.client = client
        self.random = SeededRandom(seed: UInt64(client))
    }

    private var id: String { "\(self.client)-\(self.number)" }

    mutating func next() -> TableWrite {
        self.number += 1
        let from = Int.random(in: 0..<LedgerTable.accounts, using: &self.random)
        let distance = Int.random(in: 1..<LedgerTable.accounts, using: &self.random)
        self.last = Transfer(
            from: from, to: (from + distance) % LedgerTable.accounts,
            amount: Int.random(in: 1...9, using: &self.random))
        return self.write
    }

    private var write: TableWrite {
        let transfer = self.last ?? Transfer(from: 0, to: 1, amount: 0)
        func add(_ account: Int, _ amount: Int) -> String {
            """
            {"Update":{"TableName":"bank","Key":\(LedgerTable.key("account", "\(account)")),\
            "UpdateExpression":"ADD balance :a","ExpressionAttributeValues":{":a":{"N":"\(amount)"}}}}
            """
        }
        return TableWrite(
            operation: "TransactWriteItems",
            body: """
                {"ClientRequestToken":"\(self.id)","TransactItems":[\
                \(add(transfer.from, -transfer.amount)),\(add(transfer.to, transfer.amount)),\
                {"Update":{"TableName":"bank","Key":\(LedgerTable.key("transfer", self.id)),\
                "UpdateExpression":"SET amount = :a ADD uses :one",\
                "ExpressionAttributeValues":{":a":{"N":"\(transfer.amount)"},":one":{"N":"1"}}}}]}
                """)
    }

    mutating func acknowledge() {
        self.done[self.id] = self.last
        self.lastDone = self.write
    }

    mutating func check(_ table: LedgerTable, isInDoubt: Bool) throws {
        // Whoever is not sure repeats: nothing happens twice.
        if let lastDone = self.lastDone { _ = try table.ask(lastDone.operation, lastDone.body) }
        guard isInDoubt else { return }
        for _ in 0..<2 { _ = try table.ask(self.write.operation, self.write.body) }
        self.acknowledge()
        #expect(try table.item("transfer", self.id)?["uses"] == ["N": "1"], "transfer \(self.id)")
    }
}

/// Adds one to a number.
struct CountWork: LedgerWork {
    let client: Int
    private var count = 0

    init(client: Int) {
        self.client = client
    }

    mutating func next() -> TableWrite {
        TableWrite(
            operation: "UpdateItem",
            body: """
                {"TableName":"bank","Key":\(LedgerTable.key("counter", "\(self.client)")),"UpdateExpression":"ADD n :one",\
                "ExpressionAttributeValues":{":one":{"N":"1"}}}
                """)
    }

    mutating func acknowledge() { self.count += 1 }

    mutating func check(_ table: LedgerTable, isInDoubt: Bool) throws {
        let found = try table.item("counter", "\(self.client)")?["n"]?["N"].flatMap { Int($0) } ?? 0
        #expect(found == self.count || isInDoubt && found == self.count + 1, "counter \(self.client)")
        self.count = found
    }
}

/// Puts and deletes items that no other client touches.
struct ItemWork: LedgerWork {
    private static let items = 16

    let client: Int
    /// Versions by id; none: it was deleted.
    private var versions: [String: Int] = [:]
    private var version = 0
    private var last: (id: String, isPut: Bool) = ("", true)
    private var random: SeededRandom

    init(client: Int) {
        self.client = client
        self.random = SeededRandom(seed: UInt64(client) + 100)
    }

    private var kind: String { "items \(self.client)" }

    mutating func next() -> TableWrite {
        self.version += 1
        let id = "\(Int.random(in: 0..<Self.items, using: &self.random))"
        self.last = (id, Int.random(in: 0..<4, using: &self.random) > 0)
        guard self.last.isPut else {
            return TableWrite(
                operation: "DeleteItem", body: #"{"TableName":"bank","Key":\#(LedgerTable.key(self.kind, id))}"#)
        }
        let text = String(repeating: "x", count: Int.random(in: 0...20_000, using: &self.random))
        return TableWrite(
            operation: "PutItem",
            body: """
                {"TableName":"bank","Item":{"kind":{"S":"\(self.kind)"},"id":{"S":"\(id)"},\
                "version":{"N":"\(self.version)"},"text":{"S":"\(text)"}}}
                """)
    }

    mutating func acknowledge() { self.versions[self.last.id] = self.last.isPut ? self.version : nil }

    mutating func check(_ table: LedgerTable, isInDoubt: Bool) throws {
        let found = try table.items(self.kind).compactMapValues { $0["version"]?["N"].flatMap { Int($0) } }
        var possible = [self.versions]
        if isInDoubt {
            self.acknowledge()
            possible.append(self.versions)
        }
        #expect(possible.contains(found), "\(self.kind)")
        self.versions = found
    }
}

/// Puts items whose time is over already: the host removes them, at the latest when it comes up again.
struct ExpiringWork: LedgerWork {
    static let kind = "expiring"

    let client: Int
    /// Ids of items that were there.
    private(set) var done: Set<String> = []
    private var number = 0

    init(client: Int) {
        self.client = client
    }

    private var id: String { "\(self.client)-\(self.number)" }

    mutating func next() -> TableWrite {
        self.number += 1
        return TableWrite(
            operation: "PutItem",
            body: """
                {"TableName":"bank","Item":{"kind":{"S":"\(Self.kind)"},"id":{"S":"\(self.id)"},\
                "ends":{"N":"\(time(nil) - 60)"}}}
                """)
    }

    mutating func acknowledge() { self.done.insert(self.id) }

    mutating func check(_ table: LedgerTable, isInDoubt: Bool) throws {
        let found = try table.items(Self.kind).keys.filter { $0.hasPrefix("\(self.client)-") }
        #expect(self.done.union(isInDoubt ? [self.id] : []).isSuperset(of: found))
    }
}

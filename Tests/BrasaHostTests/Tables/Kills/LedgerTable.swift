import BrasaTesting
import Foundation

/// A write that a client asks for.
struct TableWrite: Sendable, Equatable {
    let operation: String
    let body: String
}

/// The table that is written while the host is killed: accounts, transfers between them, counters, plain items, and items
/// that expire at once, with a stream.
struct LedgerTable: Sendable {
    /// An attribute has a type and a text.
    typealias Item = [String: [String: String]]

    static let accounts = 8
    static let balance = 1_000

    let host: RunningHost

    static func key(_ kind: String, _ id: String) -> String { #"{"kind":{"S":"\#(kind)"},"id":{"S":"\#(id)"}}"# }

    static let creation = """
        {"TableName":"bank","BillingMode":"PAY_PER_REQUEST",\
        "AttributeDefinitions":[{"AttributeName":"kind","AttributeType":"S"},{"AttributeName":"id","AttributeType":"S"}],\
        "KeySchema":[{"AttributeName":"kind","KeyType":"HASH"},{"AttributeName":"id","KeyType":"RANGE"}],\
        "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}}
        """

    /// Makes it, with its accounts.
    func make() throws {
        _ = try self.ask("CreateTable", Self.creation)
        _ = try self.ask(
            "UpdateTimeToLive",
            #"{"TableName":"bank","TimeToLiveSpecification":{"AttributeName":"ends","Enabled":true}}"#)
        for number in 0..<Self.accounts {
            _ = try self.ask(
                "PutItem",
                """
                {"TableName":"bank","Item":{"kind":{"S":"account"},"id":{"S":"\(number)"},\
                "balance":{"N":"\(Self.balance)"}}}
                """)
        }
    }

    /// Asks the tables, or their streams; anything but 200 is an error.
    func ask(_ operation: String, _ parameters: String, target: String = "DynamoDB_20120810") throws -> [String: Any] {
        let reply = try self.host.control.call(
            "POST", "/", headers: [("x-amz-target", "\(target).\(operation)")], body: parameters)
        guard reply.status == 200,
            let answer = try JSONSerialization.jsonObject(with: Data(reply.body)) as? [String: Any]
        else { throw HarnessError("\(operation) \(parameters): \(reply.status) \(reply.text)") }
        return answer
    }

    /// An item; nil: there is none.
    func item(_ kind: String, _ id: String) throws -> Item? {
        try self.ask("GetItem", #"{"TableName":"bank","Key":\#(Self.key(kind, id))}"#)["Item"] as? Item
    }

    /// All items of a kind, by their ids.
    func items(_ kind: String) throws -> [String: Item] {
        try Self.byKey(
            self.pages(
                "Query",
                """
                "TableName":"bank","KeyConditionExpression":"kind = :k",\
                "ExpressionAttributeValues":{":k":{"S":"\(kind)"}}
                """)
        ).reduce(into: [:]) { $0[$1.key.id] = $1.value }
    }

    /// Everything that is there.
    func all() throws -> [Key: Item] {
        Self.byKey(try self.pages("Scan", #""TableName":"bank""#))
    }

    /// What names an item.
    struct Key: Hashable, Sendable {
        let kind: String
        let id: String

        init(_ item: Item) {
            self.kind = item["kind"]?["S"] ?? ""
            self.id = item["id"]?["S"] ?? ""
        }
    }

    private static func byKey(_ items: [Item]) -> [Key: Item] {
        Dictionary(items.map { (Key($0), $0) }) { first, _ in first }
    }

    private func pages(_ operation: String, _ parameters: String) throws -> [Item] {
        var items: [Item] = []
        var start = ""
        while true {
            let page = try self.ask(operation, "{\(parameters)\(start)}")
            items += page["Items"] as? [Item] ?? []
            guard let last = page["LastEvaluatedKey"] else { return items }
            let key = try JSONSerialization.data(withJSONObject: last)
            start = ",\"ExclusiveStartKey\":" + String(decoding: key, as: UTF8.self)
        }
    }
}

import BrasaServices
import BrasaTables

/// The items of a table that is filled past the service, as the service would store them.
struct FilledItem: Sendable {
    /// Sort keys count from here, so that all have as many digits.
    private static let firstSortKey = 100_000_000

    /// The item by its partition (@) and its place in it (#).
    private static let attributes = """
        "active":{"BOOL":true},"address":{"M":{"city":{"S":"London"},"zip":{"S":"N1 9GU"}}},"balance":{"N":"1234.56"},\
        "email":{"S":"ada@example.com"},"name":{"S":"Ada Lovelace"},"p":{"S":"part-@@@@@@@@"},\
        "roles":{"SS":["admin","staff"]},"s":{"N":"1########"}
        """

    /// How the service stores one of them.
    static func put(in table: String) -> TableRequest {
        TableRequest(
            key: "fill", operation: "PutItem", template: "{\"TableName\":\"\(table)\",\"Item\":{\(self.attributes)}}")
    }

    /// GetItem of an item in the middle of a partition (@).
    static func get(in table: String) -> TableRequest {
        TableRequest(
            key: "get", operation: "GetItem",
            template: """
                {"TableName":"\(table)","Key":{"p":{"S":"part-@@@@@@@@"},"s":{"N":"\(self.firstSortKey + 42)"}}}
                """)
    }

    /// Query of a partition (@).
    static func query(in table: String) -> TableRequest {
        TableRequest(
            key: "query", operation: "Query",
            template: """
                {"TableName":"\(table)","KeyConditionExpression":"p = :p",\
                "ExpressionAttributeValues":{":p":{"S":"part-@@@@@@@@"}}}
                """)
    }

    /// Bytes of each, as the service counts them.
    let sizeBytes: Int
    private let json = NumberedText("{\(Self.attributes)}")

    init(sizeBytes: Int) {
        self.sizeBytes = sizeBytes
    }

    /// One of them.
    func stored(_ number: Int, of partition: Int) -> StoredItem {
        let digits = String(partition)
        let name = "part-" + String(repeating: "0", count: 8 - digits.count) + digits
        let key = KeyRange(
            partition: .string(ByteText(name)), sort: .equal(.number(ExactNumber(Self.firstSortKey + number))))
        return StoredItem(key: key.lower, json: self.json.bytes(number, whole: partition), sizeBytes: self.sizeBytes)
    }
}

/// A request to a table that all are asked alike, as often as they can.
struct TableRequest: Sendable {
    static let table = "bench"
    /// Different numbers of requests: items that are there.
    static let modulus = 1_000
    /// Stands for eight digits of a request's number below the modulus.
    static let mark = "########"
    /// Stands for those of its number as it is: what is written is never what is there already, which would cost no sync.
    static let wholeMark = "@@@@@@@@"
    private static let target = "DynamoDB_20120810."

    /// Stable name for programs: `put`.
    let key: String
    /// AWS's name.
    let operation: String
    /// Its JSON, with marks.
    let template: String

    /// About 300 bytes, of types that items mostly have.
    private static let attributes = """
        "name":{"S":"Ada Lovelace"},"email":{"S":"user-########@example.com"},"visit":{"N":"1@@@@@@@@"},"balance":{"N":"1234.56"},\
        "active":{"BOOL":true},"roles":{"SS":["admin","staff"]},"address":{"M":{"city":{"S":"London"},"zip":{"S":"N1 9GU"}}}
        """

    static let put = TableRequest(
        key: "put", operation: "PutItem",
        template: """
            {"TableName":"bench","Item":{"p":{"S":"user-########"},"s":{"N":"0"},\(Self.attributes)}}
            """)
    static let get = TableRequest(
        key: "get", operation: "GetItem",
        template: """
            {"TableName":"bench","Key":{"p":{"S":"user-########"},"s":{"N":"0"}}}
            """)
    static let query = TableRequest(
        key: "query", operation: "Query",
        template: """
            {"TableName":"bench","KeyConditionExpression":"p = :p","ExpressionAttributeValues":{":p":{"S":"list"}},"Limit":100}
            """)
    static let transaction = TableRequest(
        key: "transaction", operation: "TransactWriteItems",
        template: """
            {"TransactItems":[{"Put":{"TableName":"bench","Item":{"p":{"S":"user-########"},"s":{"N":"0"},\(Self.attributes)},\
            "ConditionExpression":"attribute_exists(p)"}},{"Update":{"TableName":"bench","Key":{"p":{"S":"hits-########"},\
            "s":{"N":"0"}},"UpdateExpression":"ADD hits :one","ExpressionAttributeValues":{":one":{"N":"1"}}}}]}
            """)
    static let all = [put, get, query, transaction]

    /// What all need before: the table.
    static let createTable = TableRequest(
        key: "create", operation: "CreateTable",
        template: """
            {"TableName":"bench","KeySchema":[{"AttributeName":"p","KeyType":"HASH"},{"AttributeName":"s","KeyType":"RANGE"}],\
            "AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"},{"AttributeName":"s","AttributeType":"N"}],\
            "BillingMode":"PAY_PER_REQUEST"}
            """)
    /// And one of the hundred items that are queried, by number.
    static let fillList = TableRequest(
        key: "fill", operation: "PutItem",
        template: """
            {"TableName":"bench","Item":{"p":{"S":"list"},"s":{"N":"1########"},\(Self.attributes)}}
            """)
    static let listed = 100

    /// The whole HTTP request with its marks, as an SDK sends it; nobody checks the signature.
    func http(port: Int) -> String {
        """
        POST / HTTP/1.1\r
        Host: 127.0.0.1:\(port)\r
        X-Amz-Target: \(Self.target)\(self.operation)\r
        Content-Type: application/x-amz-json-1.0\r
        X-Amz-Date: 20260101T000000Z\r
        Authorization: AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/dynamodb/aws4_request, \
        SignedHeaders=host;x-amz-date, Signature=0\r
        Content-Length: \(self.template.utf8.count)\r
        \r
        \(self.template)
        """
    }
}

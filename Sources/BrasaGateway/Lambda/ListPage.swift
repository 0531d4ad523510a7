import BrasaAWS
import FoundationEssentials

/// One page of a list.
///
/// The marker is the key of the last item given, so pages stay right while items come and go between them.
struct ListPage<Item: Sendable>: Sendable {
    let items: [Item]
    /// nil on the last page.
    let nextMarker: String?

    /// - Parameter key: unique; pages are in its order.
    init(_ items: [Item], request: ControlRequest, maximum: Int = 10_000, key: (Item) -> String) throws {
        let limit = try Self.limit(request, maximum: maximum)
        let keyed = items.map { (key: key($0), item: $0) }.sorted { $0.key < $1.key }
        let after = try Self.marker(request)
        let rest = keyed.filter { item in after.map { item.key > $0 } ?? true }
        self.items = rest.prefix(limit).map(\.item)
        self.nextMarker = rest.count > limit ? Data(rest[limit - 1].key.utf8).base64EncodedString() : nil
    }

    private static func limit(_ request: ControlRequest, maximum: Int) throws -> Int {
        guard let text = request.queried("MaxItems") else { return 50 }
        guard let number = Int(text) else {
            throw LambdaError.serialization("The value \"\(text)\" at 'MaxItems' is not a number.")
        }
        var check = ParameterCheck()
        check.range(number, "maxItems", 1...maximum)
        try check.finish()
        return number
    }

    private static func marker(_ request: ControlRequest) throws -> String? {
        guard let text = request.queried("Marker"), !text.isEmpty else { return nil }
        guard let data = Data(base64Encoded: text) else {
            throw LambdaError.invalidParameter("The marker \"\(text)\" is not one that a list has given.")
        }
        return String(decoding: data, as: UTF8.self)
    }
}

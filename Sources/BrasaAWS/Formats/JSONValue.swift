/// Any JSON value; used to look at fields that this version does not offer.
package enum JSONValue: Decodable, Sendable, Hashable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// Whether it says nothing: null, empty, or made of such values only.
    package var isEmpty: Bool {
        switch self {
        case .null: true
        case .bool(let value): !value
        case .number: false
        case .string(let value): value.isEmpty
        case .array(let values): values.allSatisfy(\.isEmpty)
        case .object(let values): values.values.allSatisfy(\.isEmpty)
        }
    }
}

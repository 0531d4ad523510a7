/// A JSON value, to write schemas with.
indirect enum JSONValue: Sendable, Hashable, Encodable {
    case text(String)
    case integer(Int)
    case number(Double)
    case boolean(Bool)
    case list([JSONValue])
    case object([String: JSONValue])

    static func texts(_ texts: [String]) -> JSONValue { .list(texts.map { .text($0) }) }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .boolean(let value): try container.encode(value)
        case .list(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}

/// A JSON value as far as the API looks at it: of what is not expected, only what kind of thing it is.
enum JSONMember: Hashable, Sendable, Decodable {
    case null
    case text(String)
    case integer(Int)
    /// One with a fraction, or too large.
    case number
    case boolean
    case list
    case object

    /// - Throws: when it is a text that is not valid; the decoder looks into texts only when they are read.
    init(from decoder: any Decoder) throws {
        if (try? decoder.unkeyedContainer()) != nil {
            self = .list
            return
        }
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let text = try Self.text(value) {
            self = .text(text)
        } else if (try? value.decode(Bool.self)) != nil {
            self = .boolean
        } else if let number = try? value.decode(Int.self) {
            self = .integer(number)
        } else {
            self = (try? decoder.container(keyedBy: AnyKey.self)) != nil ? .object : .number
        }
    }

    private static func text(_ value: any SingleValueDecodingContainer) throws -> String? {
        do {
            return try value.decode(String.self)
        } catch DecodingError.typeMismatch {
            return nil
        }
    }

    /// What it is, for messages.
    var kind: String {
        switch self {
        case .null: "null"
        case .text: "a text"
        case .integer, .number: "a number"
        case .boolean: "true or false"
        case .list: "a list"
        case .object: "an object"
        }
    }

    private struct AnyKey: CodingKey {
        let stringValue: String
        let intValue: Int? = nil
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

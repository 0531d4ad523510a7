import Foundation

/// A JSON value, to be compared with another.
enum JSONTree: Sendable, Hashable, Decodable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONTree])
    case object([String: JSONTree])

    /// nil for anything but JSON.
    init?(_ bytes: Data) {
        guard let tree = try? JSONDecoder().decode(JSONTree.self, from: bytes) else { return nil }
        self = tree
    }

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let string = try? value.decode(String.self) {
            self = .string(string)
        } else if let array = try? value.decode([JSONTree].self) {
            self = .array(array)
        } else {
            self = .object(try value.decode([String: JSONTree].self))
        }
    }

    /// As people read it, on one line, cut off where it gets long.
    var text: String {
        switch self {
        case .null: "null"
        case .bool(let bool): "\(bool)"
        case .number(let number): Self.text(number)
        case .string(let string): Self.cut("\"\(string)\"")
        case .array(let array): Self.cut("[\(array.prefix(20).map(\.text).joined(separator: ", "))]")
        case .object(let object):
            Self.cut(
                "{"
                    + object.sorted { $0.key < $1.key }.prefix(20).map { "\($0.key): \($0.value.text)" }
                    .joined(separator: ", ") + "}")
        }
    }

    /// At most so many characters.
    static func cut(_ text: String, to count: Int = 80) -> String {
        text.count > count ? text.prefix(count - 3) + "..." : text
    }

    private static func text(_ number: Double) -> String {
        Int64(exactly: number).map { "\($0)" } ?? "\(number)"
    }
}

public import FoundationEssentials

/// A value as tables keep it: what a Codable item becomes, and what keys are made of.
///
/// Written as a literal where one will do: `["id": "u-17", "version": 3]`.
public indirect enum Attribute: Sendable, Hashable {
    case string(String)
    /// Up to 38 significant digits, as text, so that none is lost.
    case number(String)
    case binary(Data)
    case bool(Bool)
    case null
    case list([Attribute])
    case map([String: Attribute])
    /// Not empty.
    case stringSet(Set<String>)
    /// Not empty.
    case numberSet(Set<String>)
    /// Not empty.
    case binarySet(Set<Data>)

    /// A whole number.
    public static func number(_ value: some BinaryInteger) -> Attribute { .number(String(value)) }
}

extension Attribute: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A number.
    public init(integerLiteral value: Int) { self = .number(value) }
    /// A boolean.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// The value null, which is not the same as no attribute.
    public init(nilLiteral: ()) { self = .null }
    /// A list.
    public init(arrayLiteral elements: Attribute...) { self = .list(elements) }
    /// A map; of several entries with one name the last counts.
    public init(dictionaryLiteral elements: (String, Attribute)...) {
        self = .map(Dictionary(elements) { $1 })
    }
}

/// The API's JSON: an object whose one member names the type, such as `{"S": "u-17"}`.
extension Attribute: Codable {
    private enum CodingKeys: String, CodingKey {
        case S, N, B, BOOL, NULL, L, M, SS, NS, BS
    }

    /// Reads the API's JSON.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let type = container.allKeys.first, container.allKeys.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "An attribute has exactly one type."))
        }
        switch type {
        case .S: self = .string(try container.decode(String.self, forKey: type))
        case .N: self = .number(try container.decode(String.self, forKey: type))
        case .B: self = .binary(try container.decode(Data.self, forKey: type))
        case .BOOL: self = .bool(try container.decode(Bool.self, forKey: type))
        case .NULL: self = .null
        case .L: self = .list(try container.decode([Attribute].self, forKey: type))
        case .M: self = .map(try container.decode([String: Attribute].self, forKey: type))
        case .SS: self = .stringSet(try container.decode(Set<String>.self, forKey: type))
        case .NS: self = .numberSet(try container.decode(Set<String>.self, forKey: type))
        case .BS: self = .binarySet(try container.decode(Set<Data>.self, forKey: type))
        }
    }

    /// Writes the API's JSON.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .string(let value): try container.encode(value, forKey: .S)
        case .number(let value): try container.encode(value, forKey: .N)
        case .binary(let value): try container.encode(value, forKey: .B)
        case .bool(let value): try container.encode(value, forKey: .BOOL)
        case .null: try container.encode(true, forKey: .NULL)
        case .list(let value): try container.encode(value, forKey: .L)
        case .map(let value): try container.encode(value, forKey: .M)
        case .stringSet(let value): try container.encode(value.sorted(), forKey: .SS)
        case .numberSet(let value): try container.encode(value.sorted(), forKey: .NS)
        case .binarySet(let value): try container.encode(Array(value), forKey: .BS)
        }
    }
}

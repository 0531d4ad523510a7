internal import FoundationEssentials

/// Turns attributes into Codable values: the other way of `AttributeEncoder`.
///
/// A set is read as a list of its elements.
struct AttributeDecoder {
    /// - Throws: `DecodingError` that names the attribute.
    func decode<Value: Decodable>(_ type: Value.Type, from attribute: Attribute) throws -> Value {
        try Source(attribute: attribute, codingPath: []).value(type)
    }

    /// Reads an item.
    func decode<Value: Decodable>(_ type: Value.Type, from item: [String: Attribute]) throws -> Value {
        try self.decode(type, from: .map(item))
    }
}

/// One place in the value that is being decoded.
private struct Source: Decoder {
    let attribute: Attribute
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .map(let members) = self.attribute else { throw self.mismatch([String: Attribute].self, "a map") }
        return KeyedDecodingContainer(KeyedSource(source: self, members: members))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let elements: [Attribute]
        switch self.attribute {
        case .list(let list): elements = list
        case .stringSet(let set): elements = set.sorted().map { .string($0) }
        case .numberSet(let set): elements = set.sorted().map { .number($0) }
        case .binarySet(let set): elements = set.map { .binary($0) }
        default: throw self.mismatch([Attribute].self, "a list")
        }
        return UnkeyedSource(source: self, elements: elements)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { SingleSource(source: self) }

    func value<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value: Any?
        switch type {
        case is Attribute.Type: value = self.attribute
        case is Data.Type:
            guard case .binary(let data) = self.attribute else { throw self.mismatch(type, "a binary") }
            value = data
        case is Date.Type: value = Date(timeIntervalSince1970: try self.number(Double.self) { Double($0) })
        case is Decimal.Type: value = try self.number(Decimal.self) { Decimal(string: $0) }
        case is URL.Type:
            guard let url = URL(string: try self.text()) else { throw self.corrupted("This is no URL.") }
            value = url
        default: return try Value(from: self)
        }
        guard let value = value as? Value else { throw self.mismatch(type, "another value") }
        return value
    }

    func text() throws -> String {
        guard case .string(let text) = self.attribute else { throw self.mismatch(String.self, "a string") }
        return text
    }

    func bool() throws -> Bool {
        guard case .bool(let bool) = self.attribute else { throw self.mismatch(Bool.self, "a boolean") }
        return bool
    }

    func number<Number>(_ type: Number.Type, _ parse: (String) -> Number?) throws -> Number {
        guard case .number(let digits) = self.attribute else { throw self.mismatch(type, "a number") }
        guard let number = parse(digits) else { throw self.corrupted("\(digits) does not fit \(type).") }
        return number
    }

    func mismatch(_ type: Any.Type, _ wanted: String) -> DecodingError {
        .typeMismatch(
            type,
            .init(codingPath: self.codingPath, debugDescription: "Expected \(wanted), found \(self.attribute)."))
    }

    private func corrupted(_ why: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: self.codingPath, debugDescription: why))
    }
}

private struct KeyedSource<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let source: Source
    let members: [String: Attribute]
    var codingPath: [any CodingKey] { self.source.codingPath }
    var allKeys: [Key] { self.members.keys.compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { self.members[key.stringValue] != nil }

    func decodeNil(forKey key: Key) throws -> Bool { try self.member(key).attribute == .null }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try self.member(key).value(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { try self.member(key).container(keyedBy: type) }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try self.member(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        Source(attribute: self.members["super"] ?? .null, codingPath: self.codingPath)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { try self.member(key) }

    private func member(_ key: Key) throws -> Source {
        guard let attribute = self.members[key.stringValue] else {
            throw DecodingError.keyNotFound(
                key,
                .init(codingPath: self.codingPath, debugDescription: "The item has no attribute \(key.stringValue)."))
        }
        return Source(attribute: attribute, codingPath: self.codingPath + [key])
    }
}

private struct UnkeyedSource: UnkeyedDecodingContainer {
    let source: Source
    let elements: [Attribute]
    var currentIndex = 0
    var codingPath: [any CodingKey] { self.source.codingPath }
    var count: Int? { self.elements.count }
    var isAtEnd: Bool { self.currentIndex >= self.elements.count }

    mutating func decodeNil() throws -> Bool {
        guard !self.isAtEnd, self.elements[self.currentIndex] == .null else { return false }
        self.currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try self.next(type).value(type)
        self.currentIndex += 1
        return value
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        let container = try self.next([String: Attribute].self).container(keyedBy: type)
        self.currentIndex += 1
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try self.next([Attribute].self).unkeyedContainer()
        self.currentIndex += 1
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let next = try self.next(Attribute.self)
        self.currentIndex += 1
        return next
    }

    private func next(_ type: Any.Type) throws -> Source {
        guard !self.isAtEnd else {
            throw DecodingError.valueNotFound(
                type,
                .init(
                    codingPath: self.codingPath, debugDescription: "The list has only \(self.elements.count) elements.")
            )
        }
        return Source(attribute: self.elements[self.currentIndex], codingPath: self.codingPath)
    }
}

private struct SingleSource: SingleValueDecodingContainer {
    let source: Source
    var codingPath: [any CodingKey] { self.source.codingPath }

    func decodeNil() -> Bool { self.source.attribute == .null }
    func decode(_ type: Bool.Type) throws -> Bool { try self.source.bool() }
    func decode(_ type: String.Type) throws -> String { try self.source.text() }
    func decode(_ type: Double.Type) throws -> Double { try self.source.number(type) { Double($0) } }
    func decode(_ type: Float.Type) throws -> Float { try self.source.number(type) { Float($0) } }
    func decode(_ type: Int.Type) throws -> Int { try self.integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try self.integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try self.integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try self.integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try self.integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try self.integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try self.integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try self.integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try self.integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try self.integer(type) }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try self.source.value(type) }

    private func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) throws -> Integer {
        // Tables answer 1E+20 and the like where zeros would have to be counted.
        try self.source.number(type) { Integer($0) ?? Decimal(string: $0).flatMap { Integer("\($0)") } }
    }
}

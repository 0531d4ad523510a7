internal import FoundationEssentials

/// Turns Codable values into attributes.
///
/// Numbers become numbers, text and everything that writes itself as text strings, `Data` binaries, `Date` seconds since 1970
/// (what a table's time to live wants), arrays and sets lists, and structures maps; `nil` members are left out.
struct AttributeEncoder {
    /// - Throws: `EncodingError` for numbers that tables cannot keep, such as NaN, and what `value` throws itself.
    func encode(_ value: some Encodable) throws -> Attribute {
        try Self.attribute(of: value, codingPath: [])
    }

    /// The attributes of an item.
    ///
    /// - Throws: also when `value` is no structure or dictionary.
    func encodeItem(_ value: some Encodable) throws -> [String: Attribute] {
        guard case .map(let item) = try self.encode(value) else {
            throw EncodingError.invalidValue(
                value,
                .init(codingPath: [], debugDescription: "An item is a structure or a dictionary with text keys."))
        }
        return item
    }

    fileprivate static func attribute(of value: any Encodable, codingPath: [any CodingKey]) throws -> Attribute {
        switch value {
        case let value as Attribute: return value
        case let value as Data: return .binary(value)
        case let value as Date: return try self.number(value.timeIntervalSince1970, codingPath)
        case let value as Decimal: return .number("\(value)")
        case let value as URL: return .string(value.absoluteString)
        default:
            let encoder = Node(codingPath: codingPath)
            try value.encode(to: encoder)
            // A value that writes nothing is an empty structure.
            return encoder.attribute() ?? .map([:])
        }
    }

    fileprivate static func number(_ value: Double, _ codingPath: [any CodingKey]) throws -> Attribute {
        guard value.isFinite else {
            throw EncodingError.invalidValue(
                value, .init(codingPath: codingPath, debugDescription: "Tables cannot keep \(value)."))
        }
        // Whole numbers without ".0", as everybody else writes them.
        return .number(value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)")
    }
}

/// One place in the value that is being encoded.
private final class Node: Encoder {
    enum Content {
        case none
        case single(Attribute)
        case list([() -> Attribute])
        case map([String: () -> Attribute])
    }

    let codingPath: [any CodingKey]
    var content = Content.none
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(codingPath: [any CodingKey]) {
        self.codingPath = codingPath
    }

    /// What was written; nil when nothing was.
    func attribute() -> Attribute? {
        switch self.content {
        case .none: nil
        case .single(let attribute): attribute
        case .list(let elements): .list(elements.map { $0() })
        case .map(let members): .map(members.mapValues { $0() })
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .map = self.content {} else { self.content = .map([:]) }
        return KeyedEncodingContainer(KeyedNode(node: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .list = self.content {} else { self.content = .list([]) }
        return UnkeyedNode(node: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { SingleNode(node: self) }

    func set(_ attribute: @escaping () -> Attribute, for key: String) {
        guard case .map(var members) = self.content else { return }
        self.content = .none
        members[key] = attribute
        self.content = .map(members)
    }

    func append(_ attribute: @escaping () -> Attribute) {
        guard case .list(var elements) = self.content else { return }
        self.content = .none
        elements.append(attribute)
        self.content = .list(elements)
    }
}

private struct KeyedNode<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: Node
    var codingPath: [any CodingKey] { self.node.codingPath }

    func encodeNil(forKey key: Key) throws { self.node.set({ .null }, for: key.stringValue) }

    func encode(_ value: some Encodable, forKey key: Key) throws {
        let attribute = try AttributeEncoder.attribute(of: value, codingPath: self.codingPath + [key])
        self.node.set({ attribute }, for: key.stringValue)
    }

    private func child(_ key: any CodingKey) -> Node {
        let child = Node(codingPath: self.codingPath + [key])
        self.node.set({ child.attribute() ?? .map([:]) }, for: key.stringValue)
        return child
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> { self.child(key).container(keyedBy: type) }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { self.child(key).unkeyedContainer() }

    func superEncoder() -> any Encoder { self.child(SuperKey()) }

    func superEncoder(forKey key: Key) -> any Encoder { self.child(key) }
}

private struct UnkeyedNode: UnkeyedEncodingContainer {
    let node: Node
    var codingPath: [any CodingKey] { self.node.codingPath }
    var count: Int {
        guard case .list(let elements) = self.node.content else { return 0 }
        return elements.count
    }

    func encodeNil() throws { self.node.append { .null } }

    func encode(_ value: some Encodable) throws {
        let attribute = try AttributeEncoder.attribute(of: value, codingPath: self.codingPath)
        self.node.append { attribute }
    }

    private func child() -> Node {
        let child = Node(codingPath: self.codingPath)
        self.node.append { child.attribute() ?? .map([:]) }
        return child
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        self.child().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { self.child().unkeyedContainer() }

    func superEncoder() -> any Encoder { self.child() }
}

private struct SingleNode: SingleValueEncodingContainer {
    let node: Node
    var codingPath: [any CodingKey] { self.node.codingPath }

    func encodeNil() throws { self.node.content = .single(.null) }
    func encode(_ value: Bool) throws { self.node.content = .single(.bool(value)) }
    func encode(_ value: String) throws { self.node.content = .single(.string(value)) }
    func encode(_ value: Double) throws {
        self.node.content = .single(try AttributeEncoder.number(value, self.codingPath))
    }
    func encode(_ value: Float) throws {
        // Through its shortest text, not through the double beside it.
        guard value.isFinite else { return try self.encode(Double(value)) }
        self.node.content = .single(.number("\(value)"))
    }
    func encode(_ value: Int) throws { self.integer(value) }
    func encode(_ value: Int8) throws { self.integer(value) }
    func encode(_ value: Int16) throws { self.integer(value) }
    func encode(_ value: Int32) throws { self.integer(value) }
    func encode(_ value: Int64) throws { self.integer(value) }
    func encode(_ value: UInt) throws { self.integer(value) }
    func encode(_ value: UInt8) throws { self.integer(value) }
    func encode(_ value: UInt16) throws { self.integer(value) }
    func encode(_ value: UInt32) throws { self.integer(value) }
    func encode(_ value: UInt64) throws { self.integer(value) }

    func encode(_ value: some Encodable) throws {
        self.node.content = .single(try AttributeEncoder.attribute(of: value, codingPath: self.codingPath))
    }

    private func integer(_ value: some BinaryInteger) { self.node.content = .single(.number(value)) }
}

private struct SuperKey: CodingKey {
    let stringValue = "super"
    let intValue: Int? = nil

    init() {}
    init?(stringValue: String) { nil }
    init?(intValue: Int) { nil }
}

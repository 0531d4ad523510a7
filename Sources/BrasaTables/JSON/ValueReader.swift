/// Reads attribute values from a request.
///
/// A value can be JSON of the right types and still be none: the service first looks at other rules of the request and
/// refuses such a value later. So the first fault is kept, in the service's words, and reading goes on.
package struct ValueReader: Sendable {
    /// What is wrong with the first value that is none; nil when all are sound.
    package private(set) var fault: String?

    package init() {}

    private mutating func note(_ message: String) {
        if self.fault == nil { self.fault = message }
    }

    /// Reads a map from names to values: an item, a key, or values of an expression.
    package mutating func map(_ json: inout JSONReader) throws(TableError) -> AttributeMap {
        try self.map(&json, depth: 0)
    }

    /// Reads a value that is a member of a structure.
    package mutating func value(_ json: inout JSONReader) throws(TableError) -> AttributeValue {
        try json.beginStructure("AttributeValue")
        return try self.members(&json, depth: 0)
    }

    private mutating func map(_ json: inout JSONReader, depth: Int) throws(TableError) -> AttributeMap {
        try json.beginMap(of: "AttributeValue")
        var attributes: [AttributeMap.Attribute] = []
        attributes.reserveCapacity(8)
        while let name = try json.nextKey() {
            if name.byteCount > AttributeName.maximumBytes { self.note(AttributeName.tooLong) }
            attributes.append(.init(name: name, value: try self.element(&json, depth: depth)))
        }
        return AttributeMap(attributes)
    }

    private mutating func list(_ json: inout JSONReader, depth: Int) throws(TableError) -> [AttributeValue] {
        try json.beginList()
        var values: [AttributeValue] = []
        while try json.nextElement() { values.append(try self.element(&json, depth: depth)) }
        return values
    }

    /// Reads a value that is an element of a map or list.
    package mutating func element(_ json: inout JSONReader, depth: Int = 0) throws(TableError) -> AttributeValue {
        if try json.takeNull() {
            self.note(Self.empty)
            return .null
        }
        guard depth < AttributeValue.maximumDepth else {
            self.note(AttributeValue.tooDeep)
            try json.skip()
            return .null
        }
        try json.beginElement("AttributeValue")
        return try self.members(&json, depth: depth)
    }

    /// Reads `"S":"text"}` and the like: the members of a value whose `{` has been read.
    private mutating func members(_ json: inout JSONReader, depth: Int) throws(TableError) -> AttributeValue {
        var result: AttributeValue?
        var type: AttributeType?
        var hasSeveral = false
        while let key = try json.nextTypeKey() {
            guard case .type(let next) = key else {
                // Unknown members are left alone everywhere.
                try json.skip()
                continue
            }
            if try json.takeNull() { continue }
            if let type, type != next { hasSeveral = true }
            type = next
            result = try self.read(next, &json, depth: depth)
        }
        if hasSeveral {
            self.note(
                "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
            )
        }
        guard let result else {
            self.note(Self.empty)
            return .null
        }
        return result
    }

    private static let empty =
        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"

    private mutating func read(
        _ type: AttributeType, _ json: inout JSONReader, depth: Int
    ) throws(TableError) -> AttributeValue {
        switch type {
        case .string: return .string(ByteText(try json.text()))
        case .number: return .number(try self.number(&json))
        case .binary: return .binary(try json.blob())
        case .bool: return .bool(try json.boolean())
        case .null:
            if try !json.boolean() {
                self.note(
                    "One or more parameter values were invalid: Null attribute value types must have the value of true")
            }
            return .null
        case .map: return .map(try self.map(&json, depth: depth + 1))
        case .list: return .list(try self.list(&json, depth: depth + 1))
        case .stringSet:
            return .stringSet(
                self.stringSet(try self.elements(&json) { json throws(TableError) in ByteText(try json.text()) }))
        case .numberSet: return .numberSet(try self.numberSet(&json))
        case .binarySet:
            return .binarySet(self.binarySet(try self.elements(&json) { json throws(TableError) in try json.blob() }))
        }
    }

    private mutating func number(_ json: inout JSONReader) throws(TableError) -> ExactNumber {
        guard try json.peek() == .string else {
            // Throws, with the words for what stands there.
            _ = try json.text()
            return .zero
        }
        let read = try json.withString { text in
            Result<ExactNumber, NumberFault> { () throws(NumberFault) in try ExactNumber(utf8: text) }
                .mapError { RefusedNumber(fault: $0, text: String(decoding: text, as: UTF8.self)) }
        }
        switch read {
        case .success(let number): return number
        case .failure(let refused):
            self.note(refused.fault.message(of: refused.text))
            return .zero
        }
    }

    private func elements<Element>(
        _ json: inout JSONReader, _ read: (inout JSONReader) throws(TableError) -> Element
    ) throws(TableError) -> [Element] {
        try json.beginList()
        var elements: [Element] = []
        while try json.nextElement() { elements.append(try read(&json)) }
        return elements
    }

    private mutating func stringSet(_ texts: [ByteText]) -> [ByteText] {
        if texts.isEmpty { self.note("One or more parameter values were invalid: An string set  may not be empty") }
        let sorted = texts.sorted()
        if Self.hasDuplicates(sorted) {
            let list = texts.map(\.string).joined(separator: ", ")
            self.note("One or more parameter values were invalid: Input collection [\(list)] contains duplicates.")
        }
        return sorted
    }

    private mutating func numberSet(_ json: inout JSONReader) throws(TableError) -> [ExactNumber] {
        try json.beginList()
        var numbers: [ExactNumber] = []
        while try json.nextElement() { numbers.append(try self.number(&json)) }
        if numbers.isEmpty { self.note("One or more parameter values were invalid: An number set  may not be empty") }
        numbers.sort()
        if Self.hasDuplicates(numbers) { self.note("Input collection contains duplicates") }
        return numbers
    }

    private mutating func binarySet(_ values: [[UInt8]]) -> [[UInt8]] {
        if values.isEmpty { self.note("One or more parameter values were invalid: Binary sets should not be empty") }
        let sorted = values.sorted { ByteOrder.compare($0, $1) < 0 }
        if Self.hasDuplicates(sorted) {
            let list = values.map { JSONText.base64($0) }.joined(separator: ", ")
            self.note(
                "One or more parameter values were invalid: Input collection [\(list)]of type BS contains duplicates.")
        }
        return sorted
    }

    private static func hasDuplicates<Element: Equatable>(_ sorted: [Element]) -> Bool {
        zip(sorted, sorted.dropFirst()).contains { $0 == $1 }
    }
}

private struct RefusedNumber: Error {
    let fault: NumberFault
    let text: String
}

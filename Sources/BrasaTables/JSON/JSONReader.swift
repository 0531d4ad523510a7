/// Reads JSON (RFC 8259) from front to back, without building a tree of it.
///
/// Callers know which type comes next and ask for it: an object is `beginObject` and then `nextKey` until nil, each followed
/// by reading or skipping the value. Reading never recurses here; callers bound the depth of theirs.
///
/// Valid only while the memory it reads from is.
package struct JSONReader: ~Copyable {
    /// What the next value is.
    package enum Kind: Sendable {
        case object, array, string, number, `true`, `false`, null
    }

    let bytes: UnsafeRawBufferPointer
    var offset = 0
    /// Whether a value was read since the innermost container began, so that a comma has to come first.
    private var needsComma = false

    package init(_ text: UnsafeRawBufferPointer) {
        self.bytes = text
    }

    /// What the service answers to a body that is not JSON: it does not say where.
    static var malformed: TableError { .serialization("") }

    @inline(__always)
    mutating func skipSpace() {
        while self.offset < self.bytes.count {
            switch self.bytes[self.offset] {
            case 0x20, 0x0a, 0x0d, 0x09: self.offset += 1
            default: return
            }
        }
    }

    @inline(__always)
    private mutating func take(_ byte: UInt8) -> Bool {
        guard self.offset < self.bytes.count, self.bytes[self.offset] == byte else { return false }
        self.offset += 1
        return true
    }

    /// What comes next, which is not read yet.
    package mutating func peek() throws(TableError) -> Kind {
        self.skipSpace()
        guard self.offset < self.bytes.count else { throw Self.malformed }
        switch self.bytes[self.offset] {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "t"): return .true
        case UInt8(ascii: "f"): return .false
        case UInt8(ascii: "n"): return .null
        default: throw Self.malformed
        }
    }

    /// Reads the `{` that `peek` has seen.
    package mutating func beginObject() {
        self.offset += 1
        self.needsComma = false
    }

    /// Reads the `[` that `peek` has seen.
    package mutating func beginArray() {
        self.offset += 1
        self.needsComma = false
    }

    /// Reads the next key and its colon; nil when the object ends instead.
    package mutating func nextKey() throws(TableError) -> ByteText? {
        guard try self.hasNext(before: UInt8(ascii: "}")) else { return nil }
        self.skipSpace()
        guard self.offset < self.bytes.count, self.bytes[self.offset] == UInt8(ascii: "\"") else {
            throw Self.malformed
        }
        let key = try self.string()
        self.skipSpace()
        guard self.take(UInt8(ascii: ":")) else { throw Self.malformed }
        return ByteText(key)
    }

    /// A key that is the name of a type.
    enum TypeKey {
        case type(AttributeType)
        case unknown
    }

    /// Reads the next key and its colon as that of an attribute value; nil when the object ends instead.
    ///
    /// What `nextKey` does, without a string for each value of a request.
    mutating func nextTypeKey() throws(TableError) -> TypeKey? {
        self.skipSpace()
        let start = self.offset
        let neededComma = self.needsComma
        guard try self.hasNext(before: UInt8(ascii: "}")) else { return nil }
        self.skipSpace()
        for type in Self.shortTypes where self.matches(type.quotedName) {
            self.offset += type.quotedName.utf8CodeUnitCount
            self.skipSpace()
            guard self.take(UInt8(ascii: ":")) else { throw Self.malformed }
            return .type(type)
        }
        (self.offset, self.needsComma) = (start, neededComma)
        guard let key = try self.nextKey() else { return nil }
        return AttributeType(rawValue: key.string).map { .type($0) } ?? .unknown
    }

    /// The most frequent first.
    private static let shortTypes: [AttributeType] = [
        .string, .number, .bool, .map, .list, .binary, .null, .stringSet, .numberSet, .binarySet,
    ]

    @inline(__always)
    private func matches(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard self.offset + count <= self.bytes.count else { return false }
        for index in 0..<count where self.bytes[self.offset + index] != text.utf8Start[index] { return false }
        return true
    }

    /// Whether the array goes on; if not, its end is read.
    package mutating func nextElement() throws(TableError) -> Bool {
        try self.hasNext(before: UInt8(ascii: "]"))
    }

    private mutating func hasNext(before end: UInt8) throws(TableError) -> Bool {
        self.skipSpace()
        if self.take(end) {
            // The container is a value of the one around it.
            self.needsComma = true
            return false
        }
        if self.needsComma {
            guard self.take(UInt8(ascii: ",")) else { throw Self.malformed }
        }
        self.needsComma = true
        return true
    }

    /// Reads `true`, `false` or `null`.
    mutating func word(_ word: StaticString) throws(TableError) {
        for index in 0..<word.utf8CodeUnitCount {
            guard self.take(word.utf8Start[index]) else { throw Self.malformed }
        }
    }

    /// Reads the number that `peek` has seen, as it is written.
    mutating func number() throws(TableError) -> UnsafeRawBufferPointer {
        let start = self.offset
        _ = self.take(UInt8(ascii: "-"))
        if !self.take(UInt8(ascii: "0")) { try self.digits() }
        if self.take(UInt8(ascii: ".")) { try self.digits() }
        if self.take(UInt8(ascii: "e")) || self.take(UInt8(ascii: "E")) {
            if !self.take(UInt8(ascii: "+")) { _ = self.take(UInt8(ascii: "-")) }
            try self.digits()
        }
        return UnsafeRawBufferPointer(rebasing: self.bytes[start..<self.offset])
    }

    private mutating func digits() throws(TableError) {
        let start = self.offset
        while self.offset < self.bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self.bytes[self.offset])
        {
            self.offset += 1
        }
        guard self.offset > start else { throw Self.malformed }
    }

    /// Reads a value of any kind and forgets it; nesting costs a byte for each level.
    package mutating func skip() throws(TableError) {
        var ends: [UInt8] = []
        repeat {
            switch try self.peek() {
            case .object:
                self.beginObject()
                ends.append(UInt8(ascii: "}"))
            case .array:
                self.beginArray()
                ends.append(UInt8(ascii: "]"))
            case .string: try self.skipString()
            case .number: _ = try self.number()
            case .true: try self.word("true")
            case .false: try self.word("false")
            case .null: try self.word("null")
            }
            // Ends containers until one goes on; of an object up to its next value.
            while let end = ends.last {
                if end == UInt8(ascii: "}") ? try self.nextKey() != nil : try self.nextElement() { break }
                ends.removeLast()
            }
        } while !ends.isEmpty
        self.needsComma = true
    }

    /// Checks that nothing but space follows.
    package mutating func end() throws(TableError) {
        self.skipSpace()
        guard self.offset == self.bytes.count else { throw Self.malformed }
    }
}

extension AttributeType {
    /// The name as a key of JSON.
    fileprivate var quotedName: StaticString {
        switch self {
        case .string: "\"S\""
        case .number: "\"N\""
        case .binary: "\"B\""
        case .bool: "\"BOOL\""
        case .null: "\"NULL\""
        case .map: "\"M\""
        case .list: "\"L\""
        case .stringSet: "\"SS\""
        case .numberSet: "\"NS\""
        case .binarySet: "\"BS\""
        }
    }
}

/// Reads members of requests as the types that the API gives them.
///
/// A value of another type is refused with the service's words, which speak of its own implementation. `null` stands for a
/// member that is not there: callers ask `takeNull` first.
extension JSONReader {
    /// Whether the next value is null, which is read then.
    package mutating func takeNull() throws(TableError) -> Bool {
        guard try self.peek() == .null else { return false }
        try self.word("null")
        return true
    }

    /// Reads a `String`.
    package mutating func text() throws(TableError) -> String {
        switch try self.peek() {
        case .string: return try self.string()
        default: throw try self.mismatch(javaType: "String")
        }
    }

    /// Reads an `Integer` or `Long`; decimals are cut off, and what is too large for 64 bits is the largest.
    package mutating func integer(_ javaType: String) throws(TableError) -> Int {
        guard try self.peek() == .number else {
            if try self.peek() == .string {
                throw TableError.serialization("STRING_VALUE cannot be converted to \(javaType)")
            }
            throw try self.mismatch(javaType: javaType)
        }
        let digits = String(decoding: try self.number(), as: UTF8.self)
        if let integer = Int(digits) { return integer }
        guard let decimal = Double(digits) else { throw Self.malformed }
        return Int(exactly: decimal.rounded(.down)) ?? (decimal < 0 ? Int.min : Int.max)
    }

    /// Reads a `Boolean`; the service takes some words for one.
    package mutating func boolean() throws(TableError) -> Bool {
        switch try self.peek() {
        case .true:
            try self.word("true")
            return true
        case .false:
            try self.word("false")
            return false
        case .string:
            switch try self.string().uppercased() {
            case "TRUE", "1", "YES": return true
            case "FALSE", "0", "NO": return false
            default: throw TableError.serialization("Unexpected token received from parser")
            }
        default: throw try self.mismatch(javaType: "Boolean")
        }
    }

    /// Reads a `Blob`: base64.
    package mutating func blob() throws(TableError) -> [UInt8] {
        switch try self.peek() {
        case .string: break
        case .array: throw TableError.serialization("Unrecognized collection type class java.nio.ByteBuffer")
        case .object: throw Self.unexpectedStart
        default: throw TableError.serialization("only base-64-encoded strings are convertible to bytes")
        }
        switch try self.withString({ Base64.decode($0) }) {
        case .success(let bytes): return bytes
        case .failure(let fault): throw TableError.serialization(fault.message)
        }
    }

    /// Begins a list of the API; then `nextElement`.
    package mutating func beginList() throws(TableError) {
        switch try self.peek() {
        case .array: self.beginArray()
        case .object: throw Self.unexpectedStart
        default: throw TableError.serialization("Unexpected field type")
        }
    }

    /// Begins a map of the API from texts to `javaType`; then `nextKey`.
    package mutating func beginMap(of javaType: String) throws(TableError) {
        switch try self.peek() {
        case .object: self.beginObject()
        case .array:
            let name = javaType.contains(".") ? javaType : "com.amazonaws.dynamodb.v20120810.\(javaType)"
            throw TableError.serialization("Unrecognized collection type java.util.Map<java.lang.String, \(name)>")
        default: throw TableError.serialization("Unexpected field type")
        }
    }

    /// Begins a structure that is a member of another one.
    package mutating func beginStructure(_ name: String) throws(TableError) {
        try self.beginStructure(name, otherwise: "Unexpected field type")
    }

    /// Begins a structure that is an element of a list or map.
    package mutating func beginElement(_ name: String) throws(TableError) {
        try self.beginStructure(name, otherwise: "Unexpected value type in payload")
    }

    private mutating func beginStructure(_ name: String, otherwise message: String) throws(TableError) {
        switch try self.peek() {
        case .object: self.beginObject()
        case .array:
            throw TableError.serialization(
                "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.\(name)")
        default: throw TableError.serialization(message)
        }
    }

    private static var unexpectedStart: TableError {
        .serialization("Start of structure or map found where not expected")
    }

    /// What is said of a value that is not the scalar it should be.
    private mutating func mismatch(javaType: String) throws(TableError) -> TableError {
        switch try self.peek() {
        case .object: return Self.unexpectedStart
        case .array: return .serialization("Unrecognized collection type class java.lang.\(javaType)")
        case .true: return .serialization("TRUE_VALUE cannot be converted to \(javaType)")
        case .false: return .serialization("FALSE_VALUE cannot be converted to \(javaType)")
        case .number:
            let isWhole = try self.number().allSatisfy {
                $0 == UInt8(ascii: "-") || $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")
            }
            return .serialization("\(isWhole ? "NUMBER_VALUE" : "DECIMAL_VALUE") cannot be converted to \(javaType)")
        case .string, .null: return .serialization("Unexpected token received from parser")
        }
    }
}

extension JSONReader {
    /// Reads the string that `peek` has seen.
    mutating func string() throws(TableError) -> String {
        let span = try self.span()
        guard span.hasEscapes else { return try Self.decode(span.bytes) }
        let result = try Self.unescape(span.bytes).withUnsafeBytes { bytes in
            Result<String, TableError> { () throws(TableError) in try Self.decode(bytes) }
        }
        return try result.get()
    }

    /// The text that bytes are in UTF-8.
    ///
    /// What is not UTF-8 is repaired here, which shows. `String(validating:)` would say so itself, and looks generic types up at
    /// run time for each text: a fifth of the time that reading an item takes.
    private static func decode(_ bytes: UnsafeRawBufferPointer) throws(TableError) -> String {
        let text = bytes.withMemoryRebound(to: UInt8.self) { String(decoding: $0, as: UTF8.self) }
        guard ByteText(text).withBytes({ ByteOrder.compare($0, bytes) == 0 }) else { throw Self.malformed }
        return text
    }

    /// Reads the string that `peek` has seen, and lends its characters.
    mutating func withString<Value, Failure>(
        _ body: (UnsafeRawBufferPointer) -> Result<Value, Failure>
    ) throws(TableError) -> Result<Value, Failure> {
        let span = try self.span()
        guard span.hasEscapes else { return body(span.bytes) }
        return try Self.unescape(span.bytes).withUnsafeBytes(body)
    }

    mutating func skipString() throws(TableError) {
        _ = try self.string()
    }

    /// The characters between the quotes, as they are written.
    private mutating func span() throws(TableError) -> (bytes: UnsafeRawBufferPointer, hasEscapes: Bool) {
        self.offset += 1
        let start = self.offset
        var hasEscapes = false
        let text = self.bytes
        var index = TextScan.plainEnd(text, from: start)
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "\""):
                self.offset = index + 1
                return (UnsafeRawBufferPointer(rebasing: text[start..<index]), hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                index = TextScan.plainEnd(text, from: min(index + 2, text.count))
            default: throw Self.malformed
            }
        }
        throw Self.malformed
    }

    private static func unescape(_ bytes: UnsafeRawBufferPointer) throws(TableError) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\\") else {
                out.append(bytes[index])
                index += 1
                continue
            }
            // `span` has seen a character after each backslash.
            switch bytes[index + 1] {
            case UInt8(ascii: "\""): out.append(UInt8(ascii: "\""))
            case UInt8(ascii: "\\"): out.append(UInt8(ascii: "\\"))
            case UInt8(ascii: "/"): out.append(UInt8(ascii: "/"))
            case UInt8(ascii: "b"): out.append(0x08)
            case UInt8(ascii: "f"): out.append(0x0c)
            case UInt8(ascii: "n"): out.append(0x0a)
            case UInt8(ascii: "r"): out.append(0x0d)
            case UInt8(ascii: "t"): out.append(0x09)
            case UInt8(ascii: "u"):
                index += try Self.appendCharacter(bytes, at: index, to: &out)
                continue
            default: throw Self.malformed
            }
            index += 2
        }
        return out
    }

    /// Appends the character of `\uXXXX`, or of two of them, and returns how many bytes they are.
    private static func appendCharacter(
        _ bytes: UnsafeRawBufferPointer, at index: Int, to out: inout [UInt8]
    ) throws(TableError) -> Int {
        guard let unit = self.codeUnit(bytes, at: index) else { throw Self.malformed }
        if let scalar = Unicode.Scalar(unit) {
            out.append(contentsOf: Array(String(Character(scalar)).utf8))
            return 6
        }
        // A text in UTF-8 cannot hold half of a pair.
        guard (0xd800..<0xdc00).contains(unit), let second = self.codeUnit(bytes, at: index + 6),
            (0xdc00..<0xe000).contains(second),
            let scalar = Unicode.Scalar(0x1_0000 + (UInt32(unit) - 0xd800) << 10 + (UInt32(second) - 0xdc00))
        else { throw Self.malformed }
        out.append(contentsOf: Array(String(Character(scalar)).utf8))
        return 12
    }

    private static func codeUnit(_ bytes: UnsafeRawBufferPointer, at index: Int) -> UInt16? {
        guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") else {
            return nil
        }
        var unit: UInt16 = 0
        for byte in bytes[(index + 2)..<(index + 6)] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt16(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): unit = unit << 4 | UInt16(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): unit = unit << 4 | UInt16(byte - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return unit
    }
}

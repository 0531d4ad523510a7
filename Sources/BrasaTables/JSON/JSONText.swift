package import BrasaModel

/// Writes attribute values as JSON of the API, with as little space as it takes.
package enum JSONText {
    /// Appends the map of an item or key: `{"id":{"S":"1"}}`.
    package static func write(_ map: AttributeMap, to out: inout ByteWriter) {
        out.byte(UInt8(ascii: "{"))
        var isFirst = true
        for attribute in map.attributes {
            if !isFirst { out.byte(UInt8(ascii: ",")) }
            isFirst = false
            self.write(attribute.name.string, to: &out)
            out.byte(UInt8(ascii: ":"))
            self.write(attribute.value, to: &out)
        }
        out.byte(UInt8(ascii: "}"))
    }

    /// Appends a value: `{"S":"1"}`.
    package static func write(_ value: AttributeValue, to out: inout ByteWriter) {
        switch value {
        case .string(let text):
            out.literal("{\"S\":")
            self.write(text.string, to: &out)
        case .number(let number):
            out.literal("{\"N\":")
            self.write(number, to: &out)
        case .binary(let bytes):
            out.literal("{\"B\":")
            self.write(bytes, to: &out)
        case .bool(let bool):
            if bool { out.literal("{\"BOOL\":true") } else { out.literal("{\"BOOL\":false") }
        case .null: out.literal("{\"NULL\":true")
        case .map(let map):
            out.literal("{\"M\":")
            self.write(map, to: &out)
        case .list(let values):
            out.literal("{\"L\":")
            self.write(values, to: &out) { self.write($0, to: &$1) }
        case .stringSet(let texts):
            out.literal("{\"SS\":")
            self.write(texts, to: &out) { self.write($0.string, to: &$1) }
        case .numberSet(let numbers):
            out.literal("{\"NS\":")
            self.write(numbers, to: &out) { self.write($0, to: &$1) }
        case .binarySet(let values):
            out.literal("{\"BS\":")
            self.write(values, to: &out) { self.write($0, to: &$1) }
        }
        out.byte(UInt8(ascii: "}"))
    }

    /// Appends a string with its quotes.
    package static func write(_ text: String, to out: inout ByteWriter) {
        out.byte(UInt8(ascii: "\""))
        ByteWriter.withUTF8(text) { bytes in
            var start = 0
            while start < bytes.count {
                let end = TextScan.plainEnd(bytes, from: start)
                out.bytes(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                if end < bytes.count { self.escape(bytes[end], to: &out) }
                start = end + 1
            }
        }
        out.byte(UInt8(ascii: "\""))
    }

    /// Bytes as base64.
    static func base64(_ bytes: [UInt8]) -> String {
        let count = Base64.encodedCount(bytes.count)
        return String(unsafeUninitializedCapacity: count) { out in
            if count > 0 { bytes.withUnsafeBytes { Base64.encode($0, to: UnsafeMutableRawPointer(out.baseAddress!)) } }
            return count
        }
    }

    private static func escape(_ byte: UInt8, to out: inout ByteWriter) {
        switch byte {
        case UInt8(ascii: "\""): out.literal("\\\"")
        case UInt8(ascii: "\\"): out.literal("\\\\")
        case 0x0a: out.literal("\\n")
        case 0x0d: out.literal("\\r")
        case 0x09: out.literal("\\t")
        default:
            out.literal(byte < 0x10 ? "\\u000" : "\\u001")
            let digit = byte & 15
            out.byte(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    private static func write(_ number: ExactNumber, to out: inout ByteWriter) {
        out.byte(UInt8(ascii: "\""))
        out.write(atMost: ExactNumber.maximumTextBytes) { number.write(to: $0) }
        out.byte(UInt8(ascii: "\""))
    }

    private static func write(_ bytes: [UInt8], to out: inout ByteWriter) {
        out.byte(UInt8(ascii: "\""))
        let count = Base64.encodedCount(bytes.count)
        out.write(atMost: count) { memory in
            bytes.withUnsafeBytes { Base64.encode($0, to: memory) }
            return count
        }
        out.byte(UInt8(ascii: "\""))
    }

    private static func write<Element>(
        _ elements: [Element], to out: inout ByteWriter, _ write: (Element, inout ByteWriter) -> Void
    ) {
        out.byte(UInt8(ascii: "["))
        for index in elements.indices {
            if index > 0 { out.byte(UInt8(ascii: ",")) }
            write(elements[index], &out)
        }
        out.byte(UInt8(ascii: "]"))
    }
}

import NIOCore

/// Builds JSON text in a buffer.
struct JSONBytes {
    private(set) var buffer: ByteBuffer

    init(_ buffer: ByteBuffer) {
        self.buffer = buffer
    }

    /// Appends text as it is.
    mutating func raw(_ text: String) { self.buffer.writeString(text) }

    /// Appends a quoted string.
    mutating func string(_ text: String) {
        self.buffer.writeInteger(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { self.escaped($0) }
        self.buffer.writeInteger(UInt8(ascii: "\""))
    }

    /// Appends `key` and the bytes as a quoted string; does nothing and returns false when they are not UTF-8.
    mutating func utf8(_ bytes: ByteBuffer, key: String) -> Bool {
        let isValid = bytes.withUnsafeReadableBytes { String(validating: $0, as: UTF8.self) != nil }
        guard isValid else { return false }
        self.raw(key)
        self.buffer.writeInteger(UInt8(ascii: "\""))
        bytes.withUnsafeReadableBytes { self.escaped($0.bindMemory(to: UInt8.self)) }
        self.buffer.writeInteger(UInt8(ascii: "\""))
        return true
    }

    /// Appends base64 (RFC 4648, section 4), without quotes.
    mutating func base64(_ bytes: ByteBuffer) {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        bytes.withUnsafeReadableBytes { input in
            var index = 0
            while index < input.count {
                let first = input[index]
                let second = index + 1 < input.count ? input[index + 1] : 0
                let third = index + 2 < input.count ? input[index + 2] : 0
                let group = (
                    alphabet[Int(first >> 2)], alphabet[Int((first & 3) << 4 | second >> 4)],
                    index + 1 < input.count ? alphabet[Int((second & 15) << 2 | third >> 6)] : UInt8(ascii: "="),
                    index + 2 < input.count ? alphabet[Int(third & 63)] : UInt8(ascii: "=")
                )
                self.buffer.writeMultipleIntegers(group.0, group.1, group.2, group.3)
                index += 3
            }
        }
    }

    private mutating func escaped(_ bytes: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for index in 0..<bytes.count {
            let byte = bytes[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            self.buffer.writeBytes(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[start..<index]))
            start = index + 1
            switch byte {
            case UInt8(ascii: "\""): self.buffer.writeStaticString("\\\"")
            case UInt8(ascii: "\\"): self.buffer.writeStaticString("\\\\")
            case 0x0a: self.buffer.writeStaticString("\\n")
            case 0x0d: self.buffer.writeStaticString("\\r")
            case 0x09: self.buffer.writeStaticString("\\t")
            default:
                let hex = Array("0123456789abcdef".utf8)
                self.buffer.writeStaticString("\\u00")
                self.buffer.writeMultipleIntegers(hex[Int(byte >> 4)], hex[Int(byte & 15)])
            }
        }
        self.buffer.writeBytes(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[start...]))
    }
}

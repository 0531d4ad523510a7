import BrasaModel
import NIOCore

/// Builds JSON text in memory of its own, which is used again.
struct JSONBytes: ~Copyable {
    private var out: ByteWriter

    init(capacity: Int = 256) {
        self.out = ByteWriter(capacity: capacity)
    }

    /// A copy of the text.
    var buffer: ByteBuffer { self.out.buffer() }

    /// Begins anew.
    mutating func clear() { self.out.clear() }

    /// Appends JSON as it is.
    @inline(__always)
    mutating func raw(_ text: StaticString) { self.out.literal(text) }

    /// Appends text that needs no escape, as it is.
    mutating func plain(_ text: String) { self.out.text(text) }

    /// Appends a number.
    mutating func number(_ number: Int64) { self.out.decimal(number) }

    /// Appends an identity, without quotes.
    mutating func plain(_ id: RequestID) { self.out.requestID(id) }

    /// Appends a quoted string.
    mutating func string(_ text: String) {
        ByteWriter.withUTF8(text) { self.quoted($0) }
    }

    /// Appends a quoted string in lower case; of ASCII, as header names are.
    mutating func lowercasedString(_ text: String) {
        ByteWriter.withUTF8(text) { bytes in
            self.out.byte(UInt8(ascii: "\""))
            self.escaped(bytes) { byte in byte >= 65 && byte <= 90 ? byte | 32 : byte }
            self.out.byte(UInt8(ascii: "\""))
        }
    }

    /// Appends text that is part of a quoted string.
    mutating func stringPart(_ text: String) {
        ByteWriter.withUTF8(text) { bytes in self.escaped(bytes) { $0 } }
    }

    /// Appends `key` and the bytes as a quoted string; does nothing and returns false when they are not UTF-8.
    mutating func utf8(_ bytes: ByteBuffer, key: StaticString) -> Bool {
        bytes.withUnsafeReadableBytes { bytes in
            guard String(validating: bytes, as: UTF8.self) != nil else { return false }
            self.raw(key)
            self.quoted(bytes)
            return true
        }
    }

    /// Appends base64 (RFC 4648, section 4), without quotes.
    mutating func base64(_ bytes: ByteBuffer) {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        bytes.withUnsafeReadableBytes { input in
            self.out.write(atMost: (input.count + 2) / 3 * 4) { out in
                var written = 0
                func digit(_ value: UInt8) {
                    out.storeBytes(of: alphabet[Int(value & 63)], toByteOffset: written, as: UInt8.self)
                    written += 1
                }
                func padding() {
                    out.storeBytes(of: UInt8(ascii: "="), toByteOffset: written, as: UInt8.self)
                    written += 1
                }
                for index in stride(from: 0, to: input.count, by: 3) {
                    let first = input[index]
                    let second = index + 1 < input.count ? input[index + 1] : 0
                    let third = index + 2 < input.count ? input[index + 2] : 0
                    digit(first >> 2)
                    digit(first << 4 | second >> 4)
                    if index + 1 < input.count { digit(second << 2 | third >> 6) } else { padding() }
                    if index + 2 < input.count { digit(third) } else { padding() }
                }
                return written
            }
        }
    }

    private mutating func quoted(_ bytes: UnsafeRawBufferPointer) {
        self.out.byte(UInt8(ascii: "\""))
        self.escaped(bytes) { $0 }
        self.out.byte(UInt8(ascii: "\""))
    }

    @inline(__always)
    private mutating func escaped(_ bytes: UnsafeRawBufferPointer, _ map: (UInt8) -> UInt8) {
        // The longest form of a byte has six: \u001f.
        self.out.write(atMost: bytes.count * 6) { out in
            var written = 0
            for byte in bytes {
                if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                    out.storeBytes(of: map(byte), toByteOffset: written, as: UInt8.self)
                    written += 1
                } else {
                    written += Self.escape(byte, to: out + written)
                }
            }
            return written
        }
    }

    private static func escape(_ byte: UInt8, to out: UnsafeMutableRawPointer) -> Int {
        out.storeBytes(of: UInt8(ascii: "\\"), as: UInt8.self)
        let short: UInt8? =
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
            case 0x0a: UInt8(ascii: "n")
            case 0x0d: UInt8(ascii: "r")
            case 0x09: UInt8(ascii: "t")
            default: nil
            }
        if let short {
            out.storeBytes(of: short, toByteOffset: 1, as: UInt8.self)
            return 2
        }
        for (offset, digit) in "u00".utf8.enumerated() {
            out.storeBytes(of: digit, toByteOffset: 1 + offset, as: UInt8.self)
        }
        let low = byte & 15
        out.storeBytes(of: UInt8(ascii: "0") + byte >> 4, toByteOffset: 4, as: UInt8.self)
        out.storeBytes(
            of: low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") - 10 + low, toByteOffset: 5, as: UInt8.self)
        return 6
    }
}

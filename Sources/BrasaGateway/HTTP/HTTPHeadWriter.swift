import BrasaModel
import NIOCore
import NIOHTTP1

/// Writes response heads without going through a header collection.
enum HTTPHeadWriter {
    /// How the end of the body is told.
    enum Framing {
        /// By `content-length`.
        case length(Int)
        case chunked
        /// There is no body, or the end of the connection is its end.
        case none
    }

    /// The head, and behind it `body` when there is one.
    static func write(
        status: Int, headers: [(String, String)], framing: Framing, closes: Bool, body: ByteBuffer? = nil
    ) -> ByteBuffer {
        let reason = status == 200 ? "OK" : HTTPResponseStatus(statusCode: status).reasonPhrase
        var atMost = 128 + reason.utf8.count + (body?.readableBytes ?? 0)
        for (name, value) in headers { atMost += name.utf8.count + value.utf8.count + 4 }
        var buffer = ByteBufferAllocator().buffer(capacity: atMost)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: atMost) { memory in
            guard let start = memory.baseAddress else { return 0 }
            var out = Cursor(position: start)
            out.literal("HTTP/1.1 ")
            out.decimal(status)
            out.literal(" ")
            out.text(reason)
            out.literal("\r\n")
            for (name, value) in headers {
                // Bytes that would end the line are replaced: a function must not write headers of its own making.
                out.text(name) { Self.isToken($0) ? $0 : UInt8(ascii: "_") }
                out.literal(": ")
                out.text(value) { Self.isValueByte($0) ? $0 : UInt8(ascii: " ") }
                out.literal("\r\n")
            }
            switch framing {
            case .length(let length):
                out.literal("content-length: ")
                out.decimal(length)
                out.literal("\r\n")
            case .chunked: out.literal("transfer-encoding: chunked\r\n")
            case .none: break
            }
            if closes { out.literal("connection: close\r\n") }
            out.literal("\r\n")
            body?.withUnsafeReadableBytes { out.bytes($0) }
            return out.position - start
        }
        return buffer
    }

    /// RFC 9110, 5.5: no CR, LF or NUL in values.
    private static func isValueByte(_ byte: UInt8) -> Bool { (byte >= 32 && byte != 127) || byte == 9 }

    /// RFC 9110, 5.6.2: letters, digits, and some signs; a bit for each of ASCII's characters.
    private static func isToken(_ byte: UInt8) -> Bool {
        guard byte < 128 else { return false }
        let set: UInt64 = byte < 64 ? 0x03ff_6cfa_0000_0000 : 0x57ff_ffff_c7ff_fffe
        return (set >> UInt64(byte & 63)) & 1 == 1
    }

    /// Where the next byte goes, in memory that is known to be large enough.
    private struct Cursor {
        var position: UnsafeMutableRawPointer

        mutating func bytes(_ bytes: UnsafeRawBufferPointer) {
            guard let start = bytes.baseAddress else { return }
            self.position.copyMemory(from: start, byteCount: bytes.count)
            self.position += bytes.count
        }

        mutating func literal(_ text: StaticString) {
            self.bytes(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        }

        mutating func text(_ text: String) {
            ByteWriter.withUTF8(text) { self.bytes($0) }
        }

        mutating func text(_ text: String, _ map: (UInt8) -> UInt8) {
            ByteWriter.withUTF8(text) { bytes in
                for (offset, byte) in bytes.enumerated() {
                    self.position.storeBytes(of: map(byte), toByteOffset: offset, as: UInt8.self)
                }
                self.position += bytes.count
            }
        }

        /// Numbers from 0 up.
        mutating func decimal(_ number: Int) {
            var power = 1
            while number / power >= 10 { power *= 10 }
            while power > 0 {
                self.position.storeBytes(of: UInt8(ascii: "0") + UInt8(number / power % 10), as: UInt8.self)
                self.position += 1
                power /= 10
            }
        }
    }
}

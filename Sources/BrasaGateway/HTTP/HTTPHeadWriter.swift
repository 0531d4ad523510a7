import NIOCore
import NIOHTTP1

/// Writes response heads without going through a header collection.
enum HTTPHeadWriter {
    static func begin(status: Int, capacity: Int) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: capacity)
        if status == 200 {
            buffer.writeStaticString("HTTP/1.1 200 OK\r\n")
        } else {
            buffer.writeStaticString("HTTP/1.1 ")
            buffer.writeString("\(status) \(HTTPResponseStatus(statusCode: status).reasonPhrase)\r\n")
        }
        return buffer
    }

    /// Adds a header.
    ///
    /// Bytes that would end the line are replaced: a function must not write headers of its own making.
    static func append(_ name: String, _ value: String, to buffer: inout ByteBuffer) {
        Self.appendClean(name, isName: true, to: &buffer)
        buffer.writeStaticString(": ")
        Self.appendClean(value, isName: false, to: &buffer)
        buffer.writeStaticString("\r\n")
    }

    static func appendLength(_ length: Int, to buffer: inout ByteBuffer) {
        buffer.writeStaticString("content-length: ")
        buffer.writeString(String(length))
        buffer.writeStaticString("\r\n")
    }

    static func end(closes: Bool, _ buffer: inout ByteBuffer) {
        if closes { buffer.writeStaticString("connection: close\r\n") }
        buffer.writeStaticString("\r\n")
    }

    private static func appendClean(_ text: String, isName: Bool, to buffer: inout ByteBuffer) {
        // RFC 9110, 5.5: no CR, LF or NUL in values; names are tokens.
        let isClean = text.utf8.allSatisfy { isName ? Self.isToken($0) : ($0 >= 32 && $0 != 127) || $0 == 9 }
        if isClean {
            buffer.writeString(text)
        } else {
            buffer.writeBytes(
                text.utf8.map { byte in
                    if isName { return Self.isToken(byte) ? byte : UInt8(ascii: "_") }
                    return (byte >= 32 && byte != 127) || byte == 9 ? byte : UInt8(ascii: " ")
                })
        }
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

package import NIOCore

/// One message of `application/vnd.amazon.eventstream`.
///
/// Layout, all integers big-endian: total length (4), headers length (4), CRC-32 of these 8 bytes (4), headers, payload,
/// CRC-32 of everything before (4). A header is: length of its name (1), name, type (1; 7 is text), length (2), value.
/// Source: https://smithy.io/2.0/aws/amazon-eventstream.html
package struct EventStreamMessage: Sendable {
    /// Media type of a stream of messages.
    package static let contentType = "application/vnd.amazon.eventstream"

    package var headers: [(name: String, value: String)]
    package var payload: ByteBuffer

    package init(headers: [(name: String, value: String)], payload: ByteBuffer) {
        self.headers = headers
        self.payload = payload
    }

    /// An event of a response stream.
    package init(event: String, contentType: String, payload: ByteBuffer) {
        self.init(
            headers: [(":event-type", event), (":content-type", contentType), (":message-type", "event")],
            payload: payload)
    }

    /// The bytes on the wire.
    package func encoded() -> ByteBuffer {
        let headersLength = self.headers.reduce(0) { $0 + 4 + $1.name.utf8.count + $1.value.utf8.count }
        let length = 16 + headersLength + self.payload.readableBytes
        var out = ByteBufferAllocator().buffer(capacity: length)
        out.writeInteger(UInt32(length))
        out.writeInteger(UInt32(headersLength))
        out.writeInteger(CRC32.checksum(out))
        for (name, value) in self.headers {
            out.writeInteger(UInt8(name.utf8.count))
            out.writeString(name)
            out.writeInteger(UInt8(7))
            out.writeInteger(UInt16(value.utf8.count))
            out.writeString(value)
        }
        out.writeImmutableBuffer(self.payload)
        out.writeInteger(CRC32.checksum(out))
        return out
    }
}

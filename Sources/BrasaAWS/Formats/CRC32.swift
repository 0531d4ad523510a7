package import NIOCore

/// The checksum of ZIP and of AWS event streams: polynomial 0xEDB88320, reflected, inverted at both ends (ISO 3309).
package enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
    }

    /// The checksum of a buffer's readable bytes, continuing from an earlier one.
    package static func checksum(_ buffer: ByteBuffer, continuing previous: UInt32 = 0) -> UInt32 {
        buffer.withUnsafeReadableBytes { bytes in
            self.table.withUnsafeBufferPointer { table in
                ~bytes.reduce(~previous) { value, byte in
                    value >> 8 ^ table[Int(UInt8(truncatingIfNeeded: value) ^ byte)]
                }
            }
        }
    }
}

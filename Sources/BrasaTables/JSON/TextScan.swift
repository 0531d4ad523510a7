/// Finds the end of plain text in strings of JSON, eight bytes at a time.
enum TextScan {
    private static let ones: UInt64 = 0x0101_0101_0101_0101

    /// The first byte from `start` on that is a quote, a backslash or a control character; `bytes.count` when none is.
    @inline(__always)
    static func plainEnd(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        while index + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            // The top bit of a byte is set where it is 0 after taking the wanted one away; a false alarm costs a closer look.
            let quotes = word ^ (Self.ones &* 0x22)
            let backslashes = word ^ (Self.ones &* 0x5c)
            let found =
                (quotes &- Self.ones) & ~quotes | (backslashes &- Self.ones) & ~backslashes
                | (word &- Self.ones &* 0x20) & ~word
            if found & (Self.ones &* 0x80) != 0 { break }
            index += 8
        }
        while index < bytes.count, !self.isSpecial(bytes[index]) { index += 1 }
        return index
    }

    /// Whether a byte cannot stand in a string as it is.
    @inline(__always)
    static func isSpecial(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }
}

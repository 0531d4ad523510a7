import Glibc

/// Order and search of byte strings: unsigned bytes from the left, and a prefix before what it begins.
///
/// The same order in which SQLite compares blobs.
package enum ByteOrder {
    /// Negative when `left` comes first, 0 when both are the same, else positive.
    package static func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        let shared = min(left.count, right.count)
        if shared > 0 {
            let difference = memcmp(left.baseAddress!, right.baseAddress!, shared)
            if difference != 0 { return Int(difference) }
        }
        return left.count - right.count
    }

    /// Negative when `left` comes first, 0 when both are the same, else positive.
    package static func compare(_ left: [UInt8], _ right: [UInt8]) -> Int {
        left.withUnsafeBytes { left in right.withUnsafeBytes { self.compare(left, $0) } }
    }

    /// Whether `prefix` is what `bytes` begins with.
    package static func hasPrefix(_ bytes: UnsafeRawBufferPointer, _ prefix: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= prefix.count
            && (prefix.isEmpty || memcmp(bytes.baseAddress!, prefix.baseAddress!, prefix.count) == 0)
    }

    /// Whether `part` stands anywhere in `bytes`.
    ///
    /// Knuth, Morris and Pratt: linear in the length of both, also for what a hostile request compares. (`memmem` is linear
    /// too, but a GNU extension that the module map hides.)
    package static func contains(_ bytes: UnsafeRawBufferPointer, _ part: UnsafeRawBufferPointer) -> Bool {
        guard let first = part.first else { return true }
        guard bytes.count >= part.count else { return false }
        if part.count == 1 { return memchr(bytes.baseAddress!, Int32(first), bytes.count) != nil }
        let borders = self.borders(of: part)
        var matched = 0
        for byte in bytes {
            while matched > 0 && part[matched] != byte { matched = borders[matched - 1] }
            if part[matched] == byte { matched += 1 }
            if matched == part.count { return true }
        }
        return false
    }

    /// For each end of `part`: the length of its longest beginning that is also its end, other than itself.
    private static func borders(of part: UnsafeRawBufferPointer) -> [Int] {
        var borders = [Int](repeating: 0, count: part.count)
        var length = 0
        for index in 1..<part.count {
            while length > 0 && part[length] != part[index] { length = borders[length - 1] }
            if part[length] == part[index] { length += 1 }
            borders[index] = length
        }
        return borders
    }
}

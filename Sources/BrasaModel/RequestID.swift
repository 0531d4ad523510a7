/// The identity of one accepted event, kept over all its attempts; printed as a lower-case UUID (RFC 9562, version 4).
package struct RequestID: Hashable, Sendable, CustomStringConvertible {
    package let high: UInt64
    package let low: UInt64

    /// A fresh random identity.
    package init(using generator: inout some RandomNumberGenerator) {
        self.high = (generator.next() & 0xffff_ffff_ffff_0fff) | 0x4000
        self.low = (generator.next() & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000
    }

    /// A fresh random identity from the system's generator.
    package init() {
        var generator = SystemRandomNumberGenerator()
        self.init(using: &generator)
    }

    /// Reads the 36-character form; nil when `text` is not of that form.
    package init?(_ text: String) {
        let digits = text.utf8.filter { $0 != UInt8(ascii: "-") }
        guard text.utf8.count == 36, digits.count == 32,
            let high = UInt64(String(decoding: digits[0..<16], as: UTF8.self), radix: 16),
            let low = UInt64(String(decoding: digits[16...], as: UTF8.self), radix: 16)
        else { return nil }
        self.high = high
        self.low = low
    }

    /// The 36 characters of the printed form.
    package var description: String {
        String(unsafeUninitializedCapacity: Self.characterCount) { out in
            self.write(to: UnsafeMutableRawPointer(out.baseAddress.unsafelyUnwrapped))
            return Self.characterCount
        }
    }

    /// Characters of the printed form, all ASCII.
    package static let characterCount = 36

    /// Writes the printed form, `characterCount` bytes, without allocating.
    package func write(to out: UnsafeMutableRawPointer) {
        func digits(_ value: UInt64, at offset: Int) {
            out.storeBytes(
                of: Self.hexadecimal(UInt16(truncatingIfNeeded: value)), toByteOffset: offset, as: UInt32.self)
        }
        func dash(at offset: Int) {
            out.storeBytes(of: UInt8(ascii: "-"), toByteOffset: offset, as: UInt8.self)
        }
        digits(self.high >> 48, at: 0)
        digits(self.high >> 32, at: 4)
        dash(at: 8)
        digits(self.high >> 16, at: 9)
        dash(at: 13)
        digits(self.high, at: 14)
        dash(at: 18)
        digits(self.low >> 48, at: 19)
        dash(at: 23)
        digits(self.low >> 32, at: 24)
        digits(self.low >> 16, at: 28)
        digits(self.low, at: 32)
    }

    /// Four digits at once, in the order they are read in: the digits move apart into a byte each, and each becomes its character.
    private static func hexadecimal(_ value: UInt16) -> UInt32 {
        var digits = UInt32(value)
        digits = (digits | digits << 8) & 0x00ff_00ff
        digits = (digits | digits << 4) & 0x0f0f_0f0f
        let isLetter = ((digits + 0x0606_0606) >> 4) & 0x0101_0101
        return (digits + 0x3030_3030 + isLetter * 39).bigEndian
    }
}

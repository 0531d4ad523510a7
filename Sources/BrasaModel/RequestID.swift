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
        String(unsafeUninitializedCapacity: 36) { out in
            var position = 0
            func digits(_ value: UInt64, _ count: Int) {
                for shift in stride(from: (count - 1) * 4, through: 0, by: -4) {
                    let digit = UInt8(truncatingIfNeeded: value >> UInt64(shift)) & 0xf
                    out[position] = digit < 10 ? 48 + digit : 87 + digit
                    position += 1
                }
            }
            func dash() {
                out[position] = UInt8(ascii: "-")
                position += 1
            }
            digits(self.high >> 32, 8)
            dash()
            digits(self.high >> 16, 4)
            dash()
            digits(self.high, 4)
            dash()
            digits(self.low >> 48, 4)
            dash()
            digits(self.low, 12)
            return 36
        }
    }
}

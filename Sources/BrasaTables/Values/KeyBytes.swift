/// Values of keys as bytes that sort like the values, so that a database's comparison of blobs orders items.
///
/// Texts are their UTF-8 and binaries themselves. Numbers:
///
///     byte 0     1 negative, 2 zero, 3 positive
///     byte 1     magnitude + 130: 0 for 1E-130, 255 for 1E+125; not for zero
///     then       the digits in pairs from the first on, 0 to 99 each; a last digit alone counts as its tens
///
/// Of negative numbers bytes 1 and following are their complement (255 - x), and 255 ends them: a longer one is further from
/// zero, and so has to come before the shorter one that it begins with.
package enum KeyBytes {
    /// The bytes of a key's value; nil for values that a key cannot have.
    package static func encode(_ value: AttributeValue) -> [UInt8]? {
        switch value {
        case .string(let text): text.withBytes { Array($0) }
        case .number(let number): self.encode(number)
        case .binary(let bytes): bytes
        default: nil
        }
    }

    /// The bytes of a number; at most 22.
    package static func encode(_ number: ExactNumber) -> [UInt8] {
        guard !number.isZero else { return [2] }
        let flip: UInt8 = number.isNegative ? 255 : 0
        var bytes: [UInt8] = [number.isNegative ? 1 : 3]
        bytes.reserveCapacity(22)
        bytes.append(UInt8(number.magnitude + 130) ^ flip)
        let digitCount = Int(number.digitCount)
        var rest = digitCount.isMultiple(of: 2) ? number.coefficient : number.coefficient * 10
        let first = bytes.count
        while rest > 0 {
            bytes.append(UInt8(rest % 100) ^ flip)
            rest /= 100
        }
        bytes[first...].reverse()
        if number.isNegative { bytes.append(255) }
        return bytes
    }

    /// The value that `encode` has made bytes of; nil for bytes that are none of a key of that type.
    package static func decode(_ bytes: UnsafeRawBufferPointer, as type: AttributeType) -> AttributeValue? {
        switch type {
        case .string: String(validating: bytes, as: UTF8.self).map { .string(ByteText($0)) }
        case .binary: .binary(Array(bytes))
        case .number: self.decodeNumber(bytes).map { .number($0) }
        default: nil
        }
    }

    private static func decodeNumber(_ bytes: UnsafeRawBufferPointer) -> ExactNumber? {
        guard let sign = bytes.first else { return nil }
        if sign == 2 { return bytes.count == 1 ? .zero : nil }
        guard sign == 1 || sign == 3 else { return nil }
        let isNegative = sign == 1
        let flip: UInt8 = isNegative ? 255 : 0
        let end = isNegative ? bytes.count - 1 : bytes.count
        guard end > 2, end <= 21, !isNegative || bytes[end] == 255 else { return nil }
        var coefficient: UInt128 = 0
        for index in 2..<end {
            let pair = bytes[index] ^ flip
            guard pair < 100 else { return nil }
            coefficient = coefficient * 100 + UInt128(pair)
        }
        let number = try? ExactNumber(
            coefficient: coefficient, exponent: Int(bytes[1] ^ flip) - 130 + 1 - (end - 2) * 2, isNegative: isNegative)
        // Exactly one encoding for each number: anything else is not ours.
        guard let number, self.encode(number).elementsEqual(bytes) else { return nil }
        return number
    }
}

/// Base64 (RFC 4648, section 4) as the service reads and writes it: padded, without line breaks, refusing what has more than
/// one reading.
enum Base64 {
    /// Why a text is not base64.
    enum Fault: Error, Equatable {
        case length(Int)
        case character

        /// The service's words, with its own spelling.
        var message: String {
            switch self {
            case .length(let count): "Base64 encoded length is expected a multiple of 4 bytes but found: \(count)"
            case .character: "Invalid last non-pad Base64 character dectected"
            }
        }
    }

    private static let alphabet: [UInt8] = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    /// The six bits of each character; 255 for others.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, character) in Self.alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    static func decode(_ text: UnsafeRawBufferPointer) -> Result<[UInt8], Fault> {
        guard text.count.isMultiple(of: 4) else { return .failure(.length(text.count)) }
        guard !text.isEmpty else { return .success([]) }
        let pad = UInt8(ascii: "=")
        let padding = text[text.count - 1] != pad ? 0 : text[text.count - 2] != pad ? 1 : 2
        let count = text.count / 4 * 3 - padding
        var isValid = true
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { out, written in
            self.values.withUnsafeBufferPointer { values in
                var bits: UInt32 = 0
                var length = 0
                for index in 0..<(text.count - padding) {
                    let value = values[Int(text[index])]
                    if value == 255 { isValid = false }
                    bits = bits << 6 | UInt32(value & 63)
                    guard index % 4 != 0 else { continue }
                    // The first character of four completes no byte, each other one does.
                    let shift = 6 - index % 4 * 2
                    out[length] = UInt8(truncatingIfNeeded: bits >> UInt32(shift))
                    length += 1
                }
                // Bits after the last byte have to be 0.
                let rest = UInt32(padding * 2)
                if bits & (1 << rest - 1) != 0 { isValid = false }
                written = length
            }
        }
        return isValid ? .success(bytes) : .failure(.character)
    }

    /// Characters that `encode` writes for so many bytes.
    static func encodedCount(_ count: Int) -> Int { (count + 2) / 3 * 4 }

    /// Writes bytes as base64; there is room for `encodedCount`.
    static func encode(_ bytes: UnsafeRawBufferPointer, to out: UnsafeMutableRawPointer) {
        self.alphabet.withUnsafeBufferPointer { alphabet in
            var length = 0
            func put(_ bits: UInt32) {
                out.storeBytes(of: alphabet[Int(bits & 63)], toByteOffset: length, as: UInt8.self)
                length += 1
            }
            var index = 0
            while index + 3 <= bytes.count {
                let bits = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
                put(bits >> 18)
                put(bits >> 12)
                put(bits >> 6)
                put(bits)
                index += 3
            }
            guard index < bytes.count else { return }
            let isLast = index + 1 == bytes.count
            let bits = UInt32(bytes[index]) << 16 | (isLast ? 0 : UInt32(bytes[index + 1]) << 8)
            put(bits >> 18)
            put(bits >> 12)
            if !isLast { put(bits >> 6) }
            while length < self.encodedCount(bytes.count) {
                out.storeBytes(of: UInt8(ascii: "="), toByteOffset: length, as: UInt8.self)
                length += 1
            }
        }
    }
}
